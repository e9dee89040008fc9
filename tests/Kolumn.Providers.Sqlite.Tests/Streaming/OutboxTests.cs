using System.Text.Json.Nodes;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Sqlite.Tests.Streaming;

/// <summary>Outboxes of a real file.</summary>
public sealed class OutboxTests : SqlOutboxContract, IDisposable
{
    private readonly SqliteFile _file = new();

    protected override string Prefix => "sqlite_";

    [Fact]
    public async Task Outbox_FromBeginningToEnd_LeavesNothing()
    {
        const string Table = """
            "sqlite_table.orders":{"columns":[{"name":"id","type":"INTEGER","primary_key":true},{"name":"state","type":"TEXT"},{"name":"photo","type":"BLOB"}]}
            """;
        await using var scenario = await Scenario.StartAsync();
        await scenario.ApplyAsync($$"""{ {{Table}}, "sqlite_stream_outbox.events": {} }""");
        await scenario.ApplyAsync($$"""{ {{Table}}, "sqlite_stream_outbox.events": {"capture":[{"table":"sqlite_table.orders","key":["id","state"]}]} }""");
        scenario.File.Run("INSERT INTO orders VALUES (1, NULL, x'00ff')");
        scenario.File.Rows("SELECT aggregateid, json_extract(payload, '$.after') FROM events").ShouldBe(["""1/|{"id":1,"state":null,"photo":"00FF"}"""]);
        (await scenario.DiscoverAsync()).Select(found => $"{found.Type}.{found.Name}").ShouldBe(["sqlite_table.orders", "sqlite_stream_outbox.events"]);

        // What is taken away is put back.
        scenario.File.Run("DROP TRIGGER events_capture_orders_update; DROP INDEX events_retry; ALTER TABLE events DROP COLUMN last_error");
        await scenario.ApplyAsync($$"""{ {{Table}}, "sqlite_stream_outbox.events": {"capture":[{"table":"sqlite_table.orders","key":["id","state"]}]} }""");
        scenario.File.Rows("SELECT count(*) FROM sqlite_master WHERE name IN ('events_capture_orders_update', 'events_retry')").ShouldBe(["2"]);

        await scenario.ApplyAsync($$"""{ {{Table}} }""");
        scenario.File.Rows("SELECT name FROM sqlite_master WHERE name LIKE 'events%'").ShouldBeEmpty();
        scenario.File.Rows("SELECT count(*) FROM kolumn_streams").ShouldBe(["0"]);
    }

    [Fact]
    public async Task Capture_TableOfMoreColumnsThanOneCallTakes_HoldsAllOfThem()
    {
        await using var scenario = await Scenario.StartAsync();
        var columns = string.Join(",", Enumerable.Range(0, 120).Select(n => $$"""{"name":"c {{n}}","type":"INTEGER"}"""));
        await scenario.ApplyAsync($$"""{"sqlite_table.wide":{"columns":[{{columns}}]}, "sqlite_stream_outbox.events": {"capture":[{"table":"sqlite_table.wide","key":["c 0"]}]} }""");

        scenario.File.Run("INSERT INTO wide (\"c 0\", \"c 119\") VALUES (5, 6)");

        var after = JsonNode.Parse(scenario.File.Rows("SELECT payload FROM events")[0])!["after"]!.AsObject();
        after.Count.ShouldBe(120);
        ((int?)after["c 119"]).ShouldBe(6);
    }

    public void Dispose() => _file.Dispose();

    protected override Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(SqliteProvider.Define()), new JsonObject { ["database"] = _file.Path });

    protected override Task RunAsync(string sql)
    {
        _file.Run(sql);
        return Task.CompletedTask;
    }

    protected override Task<IReadOnlyList<string?>> QueryAsync(string sql) => Task.FromResult<IReadOnlyList<string?>>([.. _file.Rows(sql)]);
}
