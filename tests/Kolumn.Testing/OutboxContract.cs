using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Shouldly;
using Xunit;

namespace Kolumn.Testing;

/// <summary>What an outbox promises, the same on every database. Statements are such as all of them understand.</summary>
public abstract class OutboxContract
{
    private const string Orders = """{"name":"orders","columns":[{"name":"id","type":"integer","primary_key":true},{"name":"state","type":"text"}]}""";
    private const string Outbox = """{"topic":"shop","capture":[{"table":"orders","key":["id"],"columns":["id","state"]}]}""";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary><c>postgres_</c></summary>
    protected abstract string Prefix { get; }

    protected abstract Task<CalledProvider> StartAsync();

    protected abstract Task RunAsync(string sql);

    /// <summary>The first column.</summary>
    protected abstract Task<IReadOnlyList<string?>> QueryAsync(string sql);

    [Fact]
    public async Task Exchange_HandsOutInOrderAndNothingTwice_UntilItIsSettled()
    {
        await using var provider = await OrdersAsync();
        await RunAsync("INSERT INTO orders VALUES (1, 'new'), (2, 'new'); UPDATE orders SET state = 'paid' WHERE id = 1; DELETE FROM orders WHERE id = 2;");

        var first = await ExchangeAsync(provider, "a", max: 3);
        first.Events.Select(e => $"{e.OrderKey} {e.Type} {e.Topic}").ShouldBe(["1 insert shop", "2 insert shop", "1 update shop"]);
        var second = await ExchangeAsync(provider, "a", max: 3);
        second.Events.Select(e => $"{e.OrderKey} {e.Type}").ShouldBe(["2 delete"]);
        (await ExchangeAsync(provider, "a")).ShouldSatisfyAllConditions(r => r.Events.ShouldBeEmpty(), r => r.HasPending.ShouldBeTrue());

        var last = await ExchangeAsync(provider, "a", settled: [.. first.Events.Concat(second.Events).Select(e => Settled(e, OutboxOutcomes.Processed))]);

        last.ShouldSatisfyAllConditions(r => r.Events.ShouldBeEmpty(), r => r.HasPending.ShouldBeFalse());
        (await QueryAsync("SELECT status FROM events GROUP BY status, attempts, last_error")).ShouldBe(["processed"]);
    }

    [Fact]
    public async Task Exchange_TwoRunners_NeverHoldOneKey()
    {
        await using var provider = await OrdersAsync();
        await using var other = await StartAsync();
        await RunAsync("INSERT INTO orders VALUES (1, 'a'), (2, 'a'); UPDATE orders SET state = 'b'");

        var held = await ExchangeAsync(provider, "a", max: 1);
        held.Events.ShouldHaveSingleItem().OrderKey.ShouldBe("1");
        var free = await ExchangeAsync(other, "b");
        free.Events.ShouldNotContain(e => e.OrderKey == "1");

        // What it holds comes free when it is gone, without having been settled.
        await provider.DisposeAsync();
        var inherited = await ExchangeAsync(other, "b", wait: 10_000);
        free.Events.Concat(inherited.Events).Where(e => e.OrderKey == "1").Select(e => e.Type).ShouldBe(["insert", "update"]);
    }

    [Fact]
    public async Task Exchange_EventToBeTriedAgain_KeepsItsKeyWaitingAndNoOther()
    {
        await using var provider = await OrdersAsync();
        await RunAsync("INSERT INTO orders VALUES (1, 'a'), (2, 'a'); UPDATE orders SET state = 'b'");
        var events = (await ExchangeAsync(provider, "a")).Events;

        var next = await ExchangeAsync(provider, "a", settled:
        [
            .. events.Select(e => e switch
            {
                { OrderKey: "2" } => Settled(e, OutboxOutcomes.Processed),
                { Type: "insert" } => Settled(e, OutboxOutcomes.Retry, "sink: no", 3_600_000),
                _ => Settled(e, OutboxOutcomes.Released),
            }),
        ]);
        next.ShouldSatisfyAllConditions(r => r.Events.ShouldBeEmpty(), r => r.HasPending.ShouldBeTrue());
        (await QueryAsync("SELECT last_error FROM events WHERE status = 'pending' AND attempts = 1")).ShouldBe(["sink: no"]);

        await RunAsync("UPDATE events SET next_attempt_at = NULL");
        var again = (await ExchangeAsync(provider, "a")).Events;
        again.Select(e => $"{e.Type} {e.Attempts}").ShouldBe(["insert 1", "update 0"]);

        // A dead letter lets the rest of its key pass.
        await ExchangeAsync(provider, "a", settled: [Settled(again[0], OutboxOutcomes.Failed, "sink: never"), Settled(again[1], OutboxOutcomes.Processed)]);
        (await QueryAsync("SELECT status FROM events WHERE aggregateid = '1' ORDER BY position")).ShouldBe(["failed", "processed"]);
        (await HealthAsync(provider)).ShouldSatisfyAllConditions(
            h => h.Success.ShouldBeTrue(h.Error), h => h.Status.ShouldBe("degraded"), h => h.Healthy.ShouldBeFalse(), h => h.TotalMessages.ShouldBe(4),
            h => h.FailedMessages.ShouldBe(1), h => h.ProcessedMessages.ShouldBe(3), h => h.OldestPending.ShouldBeNull(), h => h.LastProcessed.ShouldNotBeNull());
    }

    [Fact]
    public async Task Exchange_NewEvent_IsFoundWhileItWaits()
    {
        await using var provider = await OrdersAsync();
        var waiting = ExchangeAsync(provider, "a", wait: 20_000);

        await RunAsync("INSERT INTO orders VALUES (1, 'a')");

        (await waiting).Events.ShouldHaveSingleItem().AggregateId.ShouldBe("1");
    }

    [Fact]
    public async Task Exchange_LargePayloads_EndTheBatch()
    {
        await using var provider = await OrdersAsync();
        await RunAsync("INSERT INTO events (aggregatetype, aggregateid, type, payload) VALUES ('t', '1', 'x', '\"aaaaaaaaaa\"'), ('t', '1', 'x', '\"bbbbbbbbbb\"'), ('t', '2', 'x', NULL)");

        (await ExchangeAsync(provider, "a", bytes: 1)).Events.ShouldHaveSingleItem().Payload.ShouldBe("\"aaaaaaaaaa\"");
        (await ExchangeAsync(provider, "a")).Events.Select(e => e.Payload).ShouldBe(["\"bbbbbbbbbb\"", null]);
    }

    [Fact]
    public async Task Capture_KeyThatChanges_EndsAndBegins()
    {
        await using var provider = await OrdersAsync();
        await RunAsync("INSERT INTO orders VALUES (1, 'it''s'); UPDATE orders SET id = 2");

        var events = (await ExchangeAsync(provider, "a")).Events;

        events.Select(e => $"{e.AggregateType} {e.AggregateId} {e.Type}").ShouldBe(["orders 1 insert", "orders 1 delete", "orders 2 insert"]);
        var payload = JsonNode.Parse(events[1].Payload!)!;
        JsonNode.DeepEquals(payload["before"], JsonNode.Parse("""{"id":1,"state":"it's"}""")).ShouldBeTrue(events[1].Payload);
        payload["after"].ShouldBeNull();
        ((string?)payload["op"]).ShouldBe("d");
        ((string?)payload["source"]!["table"]).ShouldBe("orders");
    }

    [Fact]
    public async Task Health_OfWhatIsNotThereAndOfTooMuch_SaysSo()
    {
        await using var provider = await OrdersAsync();
        var absent = await provider.CallAsync<OutboxHealthMetricsRequest, OutboxHealthMetrics>(FunctionNames.OutboxHealthMetrics, new OutboxHealthMetricsRequest());
        absent.ShouldSatisfyAllConditions(h => h.Success.ShouldBeTrue(), h => h.Status.ShouldBe("absent"), h => h.Healthy.ShouldBeFalse());

        (await HealthAsync(provider)).Status.ShouldBe("healthy");
        await RunAsync("INSERT INTO orders VALUES (1, 'a'), (2, 'a')");
        (await HealthAsync(provider, maxPending: 3)).ShouldSatisfyAllConditions(h => h.Status.ShouldBe("healthy"), h => h.PendingMessages.ShouldBe(2), h => h.OldestPending.ShouldNotBeNull());
        (await HealthAsync(provider, maxPending: 2)).Status.ShouldBe("degraded");
    }

    [Fact]
    public async Task Cleanup_DeletesWhatIsOldAndDelivered_InBatches()
    {
        await using var provider = await OrdersAsync();
        await RunAsync(
            """
            INSERT INTO events (aggregatetype, aggregateid, type, status, created_at, processed_at) VALUES
              ('t', '1', 'old', 'processed', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'), ('t', '2', 'old', 'processed', '2020-01-01T00:00:00.000Z', '2020-01-02T00:00:00.000Z'),
              ('t', '3', 'old', 'processed', '2020-01-01T00:00:00.000Z', '2020-01-03T00:00:00.000Z'), ('t', '4', 'kept', 'failed', '2020-01-01T00:00:00.000Z', NULL),
              ('t', '5', 'kept', 'pending', '2020-01-01T00:00:00.000Z', NULL), ('t', '6', 'kept', 'processed', '2020-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z')
            """);

        (await CleanAsync(provider, new() { Outbox = "events", DryRun = true })).ShouldSatisfyAllConditions(
            c => c.Success.ShouldBeTrue(c.Error), c => c.DryRun.ShouldBeTrue(), c => c.DeletedCount.ShouldBe(3), c => c.Batches.ShouldBe(0));
        (await CleanAsync(provider, new() { Outbox = "events", BatchSize = 1, MaxBatches = 2 })).ShouldSatisfyAllConditions(
            c => c.DeletedCount.ShouldBe(2), c => c.RemainingCount.ShouldBe(1), c => c.Batches.ShouldBe(2));
        (await QueryAsync("SELECT aggregateid FROM events ORDER BY position")).ShouldBe(["3", "4", "5", "6"]);
        (await CleanAsync(provider, new() { Outbox = "events", Statuses = ["processed", "failed"] })).ShouldSatisfyAllConditions(
            c => c.DeletedCount.ShouldBe(2), c => c.RemainingCount.ShouldBe(0), c => c.Batches.ShouldBe(1));
        (await QueryAsync("SELECT aggregateid FROM events ORDER BY position")).ShouldBe(["5", "6"]);

        (await CleanAsync(provider, new() { Outbox = "events", Statuses = ["pending"] })).Error!.ShouldContain("what is pending is never deleted");
        (await CleanAsync(provider, new() { Outbox = "nothing" })).Error!.ShouldContain("there is no outbox \"nothing\"");
    }

    private async Task<CalledProvider> OrdersAsync()
    {
        var provider = await StartAsync();
        await provider.CreateAsync(Prefix + "table", "orders", Orders);
        await provider.CreateAsync(Prefix + "stream_outbox", "events", Outbox);
        return provider;
    }

    private static async Task<OutboxExchangeResponse> ExchangeAsync(
        CalledProvider provider, string runner, int max = 100, long bytes = 0, long wait = 0, IReadOnlyList<OutboxSettlement>? settled = null)
    {
        var response = await ((IOutboxSource)provider.Provider).ExchangeAsync(
            new OutboxExchangeRequest { Runner = runner, Outbox = "events", MaxEvents = max, MaxBytes = bytes, WaitMs = wait, Settled = settled ?? [] }, Token);
        response.Success.ShouldBeTrue(response.Error);
        return response;
    }

    private static OutboxSettlement Settled(OutboxEvent happened, string outcome, string? error = null, long? pause = null) =>
        new() { Position = happened.Position, Outcome = outcome, Error = error, RetryAfterMs = pause };

    private static Task<OutboxHealthMetrics> HealthAsync(CalledProvider provider, long? maxPending = null) =>
        provider.CallAsync<OutboxHealthMetricsRequest, OutboxHealthMetrics>(FunctionNames.OutboxHealthMetrics, new OutboxHealthMetricsRequest { Outbox = "events", MaxPending = maxPending });

    private static Task<OutboxCleanupRetentionResponse> CleanAsync(CalledProvider provider, OutboxCleanupRetentionRequest request) =>
        provider.CallAsync<OutboxCleanupRetentionRequest, OutboxCleanupRetentionResponse>(FunctionNames.OutboxCleanupRetention, request);
}
