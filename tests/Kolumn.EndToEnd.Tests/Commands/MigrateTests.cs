using System.Text.Json.Nodes;
using Kolumn.Testing;
using Microsoft.Data.Sqlite;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary><c>kolumn migrate</c> with provider processes and real databases.</summary>
public sealed class MigrateTests(PostgresDatabases databases) : IAsyncDisposable
{
    private readonly KolumnProject _project = new();
    private TestDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Postgres_PendingOnes_AreAppliedInOrderAndUndone()
    {
        await StartAsync("postgres");
        _project.Write("migrations.kl", Migrations("postgres"));

        var refused = await JsonAsync(1, "migrate", "apply", "--auto-approve");
        refused["diagnostics"]![0]!["code"]!.GetValue<string>().ShouldBe("HAZARD_NOT_ALLOWED");
        var applied = await JsonAsync(0, "migrate", "apply", "--auto-approve", "--allow", "data_loss");
        applied["results"]!.AsArray().Select(r => $"{r!["name"]} {r["outcome"]}").ShouldBe(["2_note succeeded", "10_nick succeeded", "11_clean succeeded"]);
        (await QueryAsync("SELECT nick || note FROM users")).ShouldBe("nonefirst");

        var undone = await JsonAsync(0, "migrate", "rollback", "--auto-approve", "--target", "2_note", "--allow", "data_loss");
        undone["results"]!.AsArray().Select(r => $"{r!["name"]}").ShouldBe(["11_clean", "10_nick", "2_note"]);
        (await QueryAsync("SELECT string_agg(u::text, ' ' ORDER BY id) FROM users AS u")).ShouldBe("(1) (2)");
    }

    [Fact]
    public async Task Sqlite_OneByOne_TellsEachTimeWhatThereIsToDo()
    {
        await StartAsync("sqlite");
        _project.Write("migrations.kl", Migrations("sqlite"));

        var plan = await _project.ExpectAsync(2, "migrate", "plan", "--detailed-exitcode");
        plan.ShouldContain("ALTER TABLE users ADD COLUMN note text");
        plan.IndexOf("2_note", StringComparison.Ordinal).ShouldBeLessThan(plan.IndexOf("10_nick", StringComparison.Ordinal));
        plan.ShouldContain("It loses data, which apply only does with --allow data_loss.");
        plan.ShouldContain("Migrations: 0 applied, 3 pending.");
        (await _project.ExpectAsync(0, "migrate", "apply", "--dry-run", "--target", "2_note")).ShouldContain("Migrations: 1 can be applied.");
        (await QueryAsync("SELECT count(*) FROM pragma_table_info('users')")).ShouldBe("1");

        (await _project.ExpectAsync(0, "migrate", "apply", "--auto-approve", "--target", "2_note")).ShouldContain("migration.2_note: Applied");
        (await QueryAsync("SELECT note FROM users WHERE id = 1")).ShouldBe("first");
        (await JsonAsync(0, "migrate", "status"))["migrations"]!.AsArray().Select(m => $"{m!["name"]} {m["status"]}").ShouldBe(["2_note applied", "10_nick pending", "11_clean pending"]);
        (await _project.ExpectAsync(1, "migrate", "rollback", "--auto-approve")).ShouldContain("In a command: --allow data_loss.");
        (await _project.ExpectAsync(0, "migrate", "rollback", "--auto-approve", "--allow", "data_loss")).ShouldContain("migration.2_note: Undone");
        (await QueryAsync("SELECT count(*) FROM pragma_table_info('users')")).ShouldBe("1");
    }

    [Fact]
    public async Task Apply_FailsInTheMiddle_KeepsWhatWasAppliedAndSaysWhere()
    {
        await StartAsync("sqlite");
        _project.Write("migrations.kl", """
            migration "1" {
              step { sql = "CREATE TABLE a (id INTEGER)" }
            }
            migration "2" {
              step { sql = "INSERT INTO nowhere VALUES (1)" }
            }
            migration "3" {
              step { sql = "CREATE TABLE c (id INTEGER)" }
            }
            """);

        var failed = await _project.ExpectAsync(1, "migrate", "apply", "--auto-approve");

        failed.ShouldContain("step 1 (INSERT INTO nowhere VALUES (1)) failed: ");
        failed.ShouldContain("migrations.kl:4");
        (await QueryAsync("SELECT group_concat(name) FROM sqlite_master WHERE name IN ('a', 'c')")).ShouldBe("a");

        _project.Edit("migrations.kl", "CREATE TABLE a (id INTEGER)", "CREATE TABLE a (id TEXT)");
        (await _project.ExpectAsync(1, "migrate", "apply", "--auto-approve")).ShouldContain("The migration 1 was applied at ");
        var status = await _project.ExpectAsync(0, "migrate", "status");
        status.ShouldContain("changed      1");
        status.ShouldContain("failed       2");
        _project.Write("migrations.kl", """
            migration "0" {
              step { sql = "INSERT INTO a VALUES (1)" }
            }
            """);
        (await _project.ExpectAsync(0, "migrate", "apply", "--auto-approve")).ShouldContain("comes after later ones");
        (await QueryAsync("SELECT count(*) FROM a")).ShouldBe("1");
    }

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task StartAsync(string provider)
    {
        Providers.Sqlite.Database.NativeSqlite.Require();
        _database = provider == "postgres" ? await databases.CreateAsync(Token) : null;
        _project.Write("main.kl", $$"""
            provider "{{provider}}" { {{(_database is null ? "database = \"shop.db\"" : $"url = \"{_database.Url}\"")}} }
            create "{{provider}}_table" "users" {
              column "id" {
                type        = "integer"
                primary_key = true
              }
            }
            """);
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        await QueryAsync("INSERT INTO users (id) VALUES (1), (2) RETURNING id");
    }

    // Their order is that of their numbers, whatever that of the text.
    private static string Migrations(string provider) => $$"""
        migration "10_nick" {
          description = "everybody has a nickname"
          resource    = {{provider}}_table.users
          step {
            operation  = "add_column"
            parameters = { column = "nick", type = "text", nullable = false, default = "none" }
          }
        }

        migration "11_clean" {
          precheck "somebody stays" { sql = "SELECT count(*) > 1 FROM users" }
          step {
            sql          = "DELETE FROM users WHERE id = 2"
            rollback_sql = "UPDATE users SET id = id"
          }
          safety {
            require_backup = true
            timeout        = "1m"
          }
        }

        migration "2_note" {
          step {
            sql          = <<-EOT
              ALTER TABLE users ADD COLUMN note text;
              UPDATE users SET note = 'first' WHERE id = 1
            EOT
            rollback_sql = "ALTER TABLE users DROP COLUMN note"
          }
        }
        """;

    private async Task<JsonNode> JsonAsync(int exitCode, params string[] arguments)
    {
        var run = await _project.KolumnAsync([.. arguments, "--json"]);
        run.ExitCode.ShouldBe(exitCode, run.Output + run.Errors);
        return JsonNode.Parse(run.Output)!;
    }

    private async Task<string?> QueryAsync(string sql)
    {
        if (_database is not null)
        {
            return (await _database.QueryAsync(sql, Token)) is [var first, ..] ? first : null;
        }

        await using var connection = new SqliteConnection($"Data Source={_project.File("shop.db")};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (await command.ExecuteScalarAsync(Token))?.ToString();
    }
}
