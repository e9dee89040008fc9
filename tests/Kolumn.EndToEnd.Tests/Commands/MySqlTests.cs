using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>The command line with a provider process and a real MariaDB.</summary>
public sealed class MySqlTests(MariaDbDatabases databases) : IAsyncLifetime
{
    private readonly KolumnProject _project = new();
    private MariaDbDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MariaDbDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await databases.CreateAsync(Token);
        _project.Write("providers.kl", $$"""provider "mysql" { url = "{{Database.Url}}" }""");
    }

    [Fact]
    public async Task Apply_ShopFromText_IsMadeChangedAndDestroyed()
    {
        _project.Write("shop.kl", Shop(""));
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");

        _project.Write("shop.kl", Shop("""column "note" { type = "text" }"""));
        (await _project.ExpectAsync(0, "plan", "--sql")).ShouldContain("ALGORITHM=INSTANT");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
        (await Database.QueryAsync("SELECT count(*) FROM information_schema.columns WHERE table_schema = database() AND column_name = 'note'", Token)).ShouldBe(["1"]);

        await _project.ExpectAsync(0, "destroy", "--auto-approve");
        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND LEFT(table_name, 7) <> '_kolumn'", Token)).ShouldBeEmpty();

        await _project.ExpectAsync(0, "restore", "mysql_table.users");
        (await Database.QueryAsync("SELECT count(*) FROM users", Token)).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Discover_ExistingDatabase_IsAdoptedAndUntouched()
    {
        await Database.ExecuteAsync(
            """
            CREATE TABLE users (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, data json, KEY by_email (email(10) DESC));
            CREATE TABLE orders (id int PRIMARY KEY, buyer bigint unsigned REFERENCES users (id), made datetime DEFAULT current_timestamp());
            CREATE VIEW buyers AS SELECT u.email, count(*) AS orders FROM users u JOIN orders o ON o.buyer = u.id GROUP BY u.email
            """,
            Token);

        await DiscoverTests.AdoptAsync(_project, 5);
    }

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static string Shop(string more) => $$"""
        create "mysql_table" "users" {
          column "id" {
            type           = "bigint unsigned"
            auto_increment = true
            primary_key    = true
          }
          column "email" {
            type   = "varchar(200)"
            unique = true
          }
          {{more}}
        }

        create "mysql_index" "by_email" {
          table   = mysql_table.users
          columns = [{ name = "email", length = 10 }]
        }

        create "mysql_view" "mails" {
          query      = "SELECT email FROM users"
          depends_on = [mysql_table.users]
        }
        """;
}
