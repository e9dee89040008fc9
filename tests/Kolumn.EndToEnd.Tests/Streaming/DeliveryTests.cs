using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Testing;
using Microsoft.Data.Sqlite;

namespace Kolumn.EndToEnd.Tests.Streaming;

/// <summary>Events on their way from a file to a webhook, whatever happens.</summary>
public sealed class DeliveryTests : IDisposable
{
    private readonly KolumnProject _project = new();

    public DeliveryTests() => Providers.Sqlite.Database.NativeSqlite.Require();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_RefusedThenTaken_IsSignedAndInOrderAndADeadLetterHoldsUpNobody()
    {
        await using var hook = new Webhook((happened, number) => (string?)happened["key"] switch { "bad" => 500, "slow" when number <= 2 => 503, _ => 204 });
        await ApplyAsync(hook.Url, """signing_key = "$${HOOK_KEY}", headers = { "X-Shop" = "$${HOOK_KEY}-1" }, max_attempts = 3, backoff_ms = 1""");
        Insert([("slow", 0), ("bad", 0), ("slow", 1), ("good", 0), ("bad", 1), ("slow", 2)]);

        (await _project.KolumnAsync("stream", "run", "--once")).Errors.ShouldContain("HOOK_KEY is not set");
        hook.All.ShouldBeEmpty();
        var run = await _project.KolumnAsync(new Dictionary<string, string> { ["HOOK_KEY"] = "a secret that is long" }, "stream", "run", "--once", "--json");

        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        (run.Output + run.Errors).ShouldNotContain("a secret");
        var outbox = JsonNode.Parse(run.Output)!["outboxes"]![0]!;
        ((long?)outbox["delivered"]).ShouldBe(4);
        ((long?)outbox["failed"]).ShouldBe(2);
        var slow = hook.All.Where(one => (string?)one.Event["key"] == "slow").Select(one => (int?)one.Event["payload"]!["n"]).ToList();
        slow.Where((n, at) => at == 0 || slow[at - 1] != n).ShouldBe([0, 1, 2]);
        hook.All.Where(one => (string?)one.Event["key"] == "bad").Select(one => (int?)one.Event["payload"]!["n"]).ShouldBe([0, 0, 0, 1, 1, 1]);
        foreach (var one in hook.All)
        {
            one.Headers["x-shop"].ShouldBe("a secret that is long-1");
            var signed = $"{one.Headers["webhook-id"]}.{one.Headers["webhook-timestamp"]}.{one.Body}";
            one.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("a secret that is long"), Encoding.UTF8.GetBytes(signed))));
        }

        Query("SELECT group_concat(status || ' ' || attempts || coalesce(' ' || last_error, '')) FROM events WHERE key = 'bad'").ShouldBe("failed 3 hook: answered with status 500,failed 3 hook: answered with status 500");
    }

    [Fact]
    public async Task Relay_KilledAgainAndAgain_LosesNothingAndKeepsTheOrderOfKeys()
    {
        await KilledRelay.LosesNothingAsync(
            _project,
            async (url, events) =>
            {
                await ApplyAsync(url, "max_attempts = 100, backoff_ms = 1");
                Insert(events);
            },
            () => Task.CompletedTask);

        Query("SELECT group_concat(DISTINCT status) FROM events").ShouldBe("processed");
    }

    [Fact]
    public async Task Relay_StoppedByCtrlC_SettlesWhatArrived()
    {
        Signals.RequireInterrupts();
        var reached = Signal();
        await using var hook = new Webhook((_, number) =>
        {
            if (number == 5)
            {
                reached.TrySetResult();
            }

            return 200;
        });
        await ApplyAsync(hook.Url, "backoff_ms = 1");
        Insert(Enumerable.Range(0, 200).Select(n => ($"k{n}", n)));
        await using var relay = _project.Start("stream", "run");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);

        relay.InterruptIt();

        (await relay.ExitCodeAsync(Token)).ShouldBe(0, relay.Said);
        Query("SELECT count(*) FROM events WHERE status = 'processed'").ShouldBe($"{hook.All.Count}");
    }

    [Fact]
    public async Task Stdout_GetsTheEventsAndNothingElse()
    {
        await ApplyAsync(null, "max_attempts = 2");
        Insert([("a", 0), ("a", 1)]);

        var run = await _project.KolumnAsync("stream", "run", "--once");

        run.ExitCode.ShouldBe(0, run.Errors);
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (int?)JsonNode.Parse(line)!["payload"]!["n"]).ShouldBe([0, 1]);
        run.Errors.ShouldContain("events: 2 delivered");
        (await _project.KolumnAsync("stream", "run", "--once", "--json")).Output.ShouldContain("leave --json out");
    }

    public void Dispose() => _project.Dispose();

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ApplyAsync(string? url, string options)
    {
        _project.Write(
            "main.kl",
            $$"""
            provider "sqlite" {
              database = "shop.db"
            }

            create "sqlite_stream_outbox" "events" {
            }

            create "sqlite_stream_sink" "hook" {
              {{(url is null ? "type = \"stdout\"" : $"type = \"http\"\n  target = \"{url}\"")}}
              options = { {{options}} }
            }

            create "sqlite_stream_route" "all" {
              source = sqlite_stream_outbox.events
              sink   = sqlite_stream_sink.hook
            }
            """);
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
    }

    private void Insert(IEnumerable<(string Key, int N)> events)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO events (aggregatetype, aggregateid, type, key, payload) VALUES "
            + string.Join(", ", events.Select(one => $"('t', 'x', 'y', '{one.Key}', '{{\"n\": {one.N}}}')"));
        command.ExecuteNonQuery();
    }

    private string Query(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return $"{command.ExecuteScalar()}";
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_project.File("shop.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
