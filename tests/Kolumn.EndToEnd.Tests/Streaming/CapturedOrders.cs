using System.Text.Json.Nodes;

namespace Kolumn.EndToEnd.Tests.Streaming;

/// <summary>Orders whose changes become events and these lines of a file: what a user of an outbox does, the same on every database that captures.</summary>
internal static class CapturedOrders
{
    /// <param name="project">With its provider block.</param>
    /// <param name="provider">Its name.</param>
    /// <param name="text">A type of short texts.</param>
    /// <param name="run">Runs statements of SQL in the database.</param>
    public static async Task DeliverAsync(KolumnProject project, string provider, string text, Func<string, Task> run)
    {
        project.Write(
            "shop.kl",
            $$"""
            create "{{provider}}_table" "orders" {
              column "id" {
                type        = "bigint"
                primary_key = true
              }
              column "state" { type = "{{text}}" }
            }

            create "{{provider}}_stream_outbox" "events" {
              topic = "shop"
              capture {
                table = {{provider}}_table.orders
                key   = ["id"]
              }
            }

            create "{{provider}}_stream_sink" "lines" {
              type   = "file"
              target = "events.jsonl"
            }

            create "{{provider}}_stream_route" "all" {
              source = {{provider}}_stream_outbox.events
              sink   = {{provider}}_stream_sink.lines
            }
            """);
        await project.ExpectAsync(0, "init");
        await project.ExpectAsync(0, "apply", "--auto-approve");
        (await project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes");
        await run("INSERT INTO orders VALUES (1, 'new'), (2, 'new'); UPDATE orders SET state = 'paid' WHERE id = 1; DELETE FROM orders WHERE id = 2");
        await run("START TRANSACTION; INSERT INTO orders VALUES (3, 'never'); ROLLBACK");

        (await project.ExpectAsync(0, "stream", "run", "--once")).ShouldContain("events: 4 delivered, 0 dead letters, 0 put off");

        var lines = await File.ReadAllLinesAsync(project.File("events.jsonl"), TestContext.Current.CancellationToken);
        var events = lines.Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        events.Where(e => (string?)e["key"] == "1").Select(e => (string?)e["type"]).ShouldBe(["insert", "update"]);
        events.Where(e => (string?)e["key"] == "2").Select(e => (string?)e["type"]).ShouldBe(["insert", "delete"]);
        events.ShouldAllBe(e => (string?)e["topic"] == "shop" && (string?)e["aggregatetype"] == "orders");
        var update = events.Single(e => (string?)e["type"] == "update")["payload"]!;
        JsonNode.DeepEquals(update["before"], JsonNode.Parse("""{"id":1,"state":"new"}""")).ShouldBeTrue(update.ToJsonString());
        JsonNode.DeepEquals(update["after"], JsonNode.Parse("""{"id":1,"state":"paid"}""")).ShouldBeTrue(update.ToJsonString());
        (await project.ExpectAsync(0, "stream", "run", "--once")).ShouldContain("events: 0 delivered");
    }
}
