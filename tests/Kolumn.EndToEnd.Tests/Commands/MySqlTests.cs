using Kolumn.EndToEnd.Tests.Streaming;
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
            CREATE VIEW buyers AS SELECT u.email, count(*) AS orders FROM users u JOIN orders o ON o.buyer = u.id GROUP BY u.email;
            CREATE FUNCTION twice(a int) RETURNS int DETERMINISTIC COMMENT 'it''s' RETURN a * 2;
            CREATE EVENT clean ON SCHEDULE EVERY 1 DAY STARTS '2031-01-01' DISABLE DO DELETE FROM orders;
            CREATE SEQUENCE counter INCREMENT BY 2
            """,
            Token);
        await Database.ExecuteAsync("CREATE PROCEDURE work(OUT a int, b json) BEGIN\n  SET a = 1;\n  SELECT b;\nEND", Token);
        await Database.ExecuteAsync("CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW BEGIN\n  SET NEW.made = '2030-01-01'; -- it's\nEND", Token);

        await DiscoverTests.AdoptAsync(_project, 10);
    }

    [Fact]
    public async Task Apply_ChinookFromText_GivesTheCatalogOfTheRealOne()
    {
        await using var real = await databases.CreateAsync(Token);
        var script = await File.ReadAllTextAsync(Repository.ChinookFile("Chinook_MySql.sql"), Token);
        await real.ExecuteAsync(script[(script.IndexOf("USE `Chinook`;", StringComparison.Ordinal) + "USE `Chinook`;".Length)..], Token);
        using var chinook = new KolumnProject().CopyFrom("chinook", "mysql");
        var parts = Database.Parts;
        chinook.Write("kolumn.klvars", $"""
            host     = "{parts.Host}"
            port     = {parts.Port}
            database = "{parts.Database}"
            username = "{parts.User}"
            password = "{parts.Password}"
            """);

        await chinook.ExpectAsync(0, "init");
        await chinook.ExpectAsync(0, "apply", "--auto-approve");

        (await CatalogAsync(Database)).ShouldBe(await CatalogAsync(real));
        await chinook.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public Task StreamRun_CapturedRows_AreWrittenAsLinesInTheOrderOfTheirKeys() =>
        CapturedOrders.DeliverAsync(_project, "mysql", "varchar(20)", sql => Database.ExecuteAsync(sql, Token));

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    // What the server itself reports, whatever the text of the statements was; NO ACTION and RESTRICT are one thing to it. Kolumn's own tables are none of Chinook's.
    private static async Task<List<string?>> CatalogAsync(MariaDbDatabase database) =>
    [
        .. await database.QueryAsync("SELECT concat_ws('|', table_name, ordinal_position, column_name, column_type, is_nullable, column_default, extra, collation_name) FROM information_schema.columns WHERE table_schema = database() AND left(table_name, 7) <> '_kolumn' ORDER BY 1", Token),
        .. await database.QueryAsync("SELECT concat_ws('|', table_name, index_name, seq_in_index, column_name, non_unique, index_type) FROM information_schema.statistics WHERE table_schema = database() AND left(table_name, 7) <> '_kolumn' ORDER BY 1", Token),
        .. await database.QueryAsync("SELECT concat_ws('|', k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, k.referenced_column_name, replace(r.update_rule, 'NO ACTION', 'RESTRICT'), replace(r.delete_rule, 'NO ACTION', 'RESTRICT')) FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name WHERE k.table_schema = database() ORDER BY 1", Token),
    ];

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
