using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Kolumn.Testing;

/// <summary>The same of databases that understand SQL and make events of changed rows. Statements are such as all of them understand.</summary>
public abstract class SqlOutboxContract : OutboxContract
{
    private const string Orders = """{"name":"orders","columns":[{"name":"id","type":"integer","primary_key":true},{"name":"state","type":"text"}]}""";
    private const string Capture = """{"topic":"shop","capture":[{"table":"orders","key":["id"],"columns":["id","state"]}]}""";

    protected abstract Task RunAsync(string sql);

    /// <summary>The first column.</summary>
    protected abstract Task<IReadOnlyList<string?>> QueryAsync(string sql);

    [Fact]
    public async Task Capture_RowThatComesChangesAndGoes_IsEventsOfItsKey()
    {
        await using var provider = await StartAsync();
        await provider.CreateAsync(Prefix + "table", "orders", Orders);
        await provider.CreateAsync(Prefix + "stream_outbox", "events", Capture);
        await RunAsync("INSERT INTO orders VALUES (1, 'it''s'); UPDATE orders SET id = 2; UPDATE orders SET state = 'paid'; DELETE FROM orders");

        var events = (await ExchangeAsync(provider, "a")).Events;

        // A key that changes ends and begins.
        events.Select(e => $"{e.AggregateType} {e.OrderKey} {e.Type} {e.Topic}").ShouldBe(
            ["orders 1 insert shop", "orders 1 delete shop", "orders 2 insert shop", "orders 2 update shop", "orders 2 delete shop"]);
        var payload = JsonNode.Parse(events[1].Payload!)!;
        JsonNode.DeepEquals(payload["before"], JsonNode.Parse("""{"id":1,"state":"it's"}""")).ShouldBeTrue(events[1].Payload);
        payload["after"].ShouldBeNull();
        ((string?)payload["op"]).ShouldBe("d");
        ((string?)payload["source"]!["table"]).ShouldBe("orders");
    }

    protected override Task WriteAsync(IReadOnlyList<WrittenEvent> events) => RunAsync(string.Join(";\n", events.Select(Insert)));

    protected override async Task<IReadOnlyList<StoredEvent>> EventsAsync()
    {
        var ids = await ColumnAsync("aggregateid");
        var (statuses, errors) = (await ColumnAsync("status"), await ColumnAsync("coalesce(last_error, '')"));
        var attempts = await ColumnAsync("CASE attempts WHEN 0 THEN '0' WHEN 1 THEN '1' ELSE '2' END");
        return [.. ids.Select((id, at) => new StoredEvent(id!, statuses[at]!, int.Parse(attempts[at]!, CultureInfo.InvariantCulture), errors[at]!.Length == 0 ? null : errors[at]))];
    }

    protected override Task EndPausesAsync() => RunAsync("UPDATE events SET next_attempt_at = NULL");

    private Task<IReadOnlyList<string?>> ColumnAsync(string column) => QueryAsync($"SELECT {column} FROM events ORDER BY position");

    private static string Insert(WrittenEvent written)
    {
        var values = new (string Column, string? Value)[]
        {
            ("aggregatetype", "t"), ("aggregateid", written.AggregateId), ("type", written.Type), ("payload", written.Payload), ("status", written.Status),
            ("created_at", Moment(written.CreatedAt)), ("processed_at", Moment(written.ProcessedAt)),
        }.Where(one => one.Value is not null).ToList();
        return $"INSERT INTO events ({string.Join(", ", values.Select(one => one.Column))}) VALUES ({string.Join(", ", values.Select(one => $"'{one.Value}'"))})";

        static string? Moment(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
