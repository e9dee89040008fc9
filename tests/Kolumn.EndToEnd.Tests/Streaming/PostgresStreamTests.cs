using System.Text.Json.Nodes;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Streaming;

/// <summary>Applied, written to and relayed: what a user of an outbox in PostgreSQL does.</summary>
public sealed class PostgresStreamTests(PostgresDatabases databases) : IAsyncLifetime
{
    private readonly KolumnProject _project = new();
    private TestDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await databases.CreateAsync(Token);
        _project.Write("provider.kl", $"provider \"postgres\" {{\n  url = \"{Database.Url}\"\n}}\n");
    }

    [Fact]
    public async Task CapturedRows_AreWrittenAsLines_InTheOrderOfTheirKeys()
    {
        _project.Write(
            "main.kl",
            """
            create "postgres_table" "orders" {
              column "id" {
                type        = "bigint"
                primary_key = true
              }
              column "state" { type = "text" }
            }

            create "postgres_stream_outbox" "events" {
              topic = "shop"
              capture {
                table = postgres_table.orders
                key   = ["id"]
              }
            }

            create "postgres_stream_sink" "lines" {
              type   = "file"
              target = "events.jsonl"
            }

            create "postgres_stream_route" "all" {
              source = postgres_stream_outbox.events
              sink   = postgres_stream_sink.lines
            }
            """);
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        (await _project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes");
        await Database.ExecuteAsync(
            """
            INSERT INTO orders VALUES (1, 'new'), (2, 'new');
            UPDATE orders SET state = 'paid' WHERE id = 1;
            DELETE FROM orders WHERE id = 2;
            """,
            Token);
        await Database.ExecuteAsync("BEGIN; INSERT INTO orders VALUES (3, 'never'); ROLLBACK", Token);

        (await _project.ExpectAsync(0, "stream", "run", "--once")).ShouldContain("events: 4 delivered, 0 dead letters, 0 put off");

        var events = (await File.ReadAllLinesAsync(_project.File("events.jsonl"), Token)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        events.Where(e => (string?)e["key"] == "1").Select(e => (string?)e["type"]).ShouldBe(["insert", "update"]);
        events.Where(e => (string?)e["key"] == "2").Select(e => (string?)e["type"]).ShouldBe(["insert", "delete"]);
        events.ShouldAllBe(e => (string?)e["topic"] == "shop" && (string?)e["aggregatetype"] == "orders");
        var update = events.Single(e => (string?)e["type"] == "update")["payload"]!;
        update["before"]!.ToJsonString().ShouldBe("""{"id":1,"state":"new"}""");
        update["after"]!.ToJsonString().ShouldBe("""{"id":1,"state":"paid"}""");
        (await Database.QueryAsync("SELECT status || ' ' || attempts FROM events ORDER BY position", Token)).ShouldBe(["processed 1", "processed 1", "processed 1", "processed 1"]);

        (await _project.ExpectAsync(0, "stream", "run", "--once")).ShouldContain("events: 0 delivered");

        // Somebody else writes it down from the database: none of the outbox's own tables, indexes and triggers.
        File.Delete(_project.File("main.kl"));
        Directory.Delete(_project.File(".kolumn"), recursive: true);
        await Commands.DiscoverTests.AdoptAsync(_project, 5);
        (await File.ReadAllTextAsync(_project.File("stream_routes.kl"), Token)).ShouldContain("source = postgres_stream_outbox.events");
    }

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
