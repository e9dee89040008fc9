using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Shouldly;
using Xunit;

namespace Kolumn.Testing;

/// <summary>What an outbox promises, the same on every database.</summary>
public abstract class OutboxContract
{
    private static readonly DateTimeOffset LongAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary><c>postgres_</c></summary>
    protected abstract string Prefix { get; }

    protected abstract Task<CalledProvider> StartAsync();

    /// <summary>Into the outbox called events, as a user of the database writes them.</summary>
    protected abstract Task WriteAsync(IReadOnlyList<WrittenEvent> events);

    /// <summary>What that outbox holds, in the order of delivery.</summary>
    protected abstract Task<IReadOnlyList<StoredEvent>> EventsAsync();

    /// <summary>Events wait no longer for their next attempt.</summary>
    protected abstract Task EndPausesAsync();

    [Fact]
    public async Task Exchange_HandsOutInOrderAndNothingTwice_UntilItIsSettled()
    {
        await using var provider = await OutboxAsync();
        await WriteAsync([new("1", "insert"), new("2", "insert"), new("1", "update"), new("2", "delete")]);

        var first = await ExchangeAsync(provider, "a", max: 3);
        first.Events.Select(e => $"{e.OrderKey} {e.Type} {e.Topic}").ShouldBe(["1 insert shop", "2 insert shop", "1 update shop"]);
        var second = await ExchangeAsync(provider, "a", max: 3);
        second.Events.Select(e => $"{e.OrderKey} {e.Type}").ShouldBe(["2 delete"]);
        (await ExchangeAsync(provider, "a")).ShouldSatisfyAllConditions(r => r.Events.ShouldBeEmpty(), r => r.HasPending.ShouldBeTrue());

        var last = await ExchangeAsync(provider, "a", settled: [.. first.Events.Concat(second.Events).Select(e => Settled(e, OutboxOutcomes.Processed))]);

        last.ShouldSatisfyAllConditions(r => r.Events.ShouldBeEmpty(), r => r.HasPending.ShouldBeFalse());
        (await EventsAsync()).Select(e => $"{e.Status} {e.Attempts}{e.LastError}").Distinct().ShouldBe(["processed 1"]);
    }

    [Fact]
    public async Task Exchange_TwoRunners_NeverHoldOneKey()
    {
        await using var provider = await OutboxAsync();
        await using var other = await StartAsync();
        await WriteAsync(TwoOfEach);

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
        await using var provider = await OutboxAsync();
        await WriteAsync(TwoOfEach);
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
        (await EventsAsync()).Where(e => e is { Status: "pending", Attempts: 1 }).Select(e => e.LastError).ShouldBe(["sink: no"]);

        await EndPausesAsync();
        var again = (await ExchangeAsync(provider, "a")).Events;
        again.Select(e => $"{e.Type} {e.Attempts}").ShouldBe(["insert 1", "update 0"]);

        // A dead letter lets the rest of its key pass.
        await ExchangeAsync(provider, "a", settled: [Settled(again[0], OutboxOutcomes.Failed, "sink: never"), Settled(again[1], OutboxOutcomes.Processed)]);
        (await EventsAsync()).Where(e => e.AggregateId == "1").Select(e => e.Status).ShouldBe(["failed", "processed"]);
        (await HealthAsync(provider)).ShouldSatisfyAllConditions(
            h => h.Success.ShouldBeTrue(h.Error), h => h.Status.ShouldBe("degraded"), h => h.Healthy.ShouldBeFalse(), h => h.TotalMessages.ShouldBe(4),
            h => h.FailedMessages.ShouldBe(1), h => h.ProcessedMessages.ShouldBe(3), h => h.OldestPending.ShouldBeNull(), h => h.LastProcessed.ShouldNotBeNull());
    }

    [Fact]
    public async Task Exchange_NewEvent_IsFoundWhileItWaits()
    {
        await using var provider = await OutboxAsync();
        var waiting = ExchangeAsync(provider, "a", wait: 20_000);

        await WriteAsync([new("1", "insert")]);

        (await waiting).Events.ShouldHaveSingleItem().AggregateId.ShouldBe("1");
    }

    [Fact]
    public async Task Exchange_LargePayloads_EndTheBatch()
    {
        await using var provider = await OutboxAsync();
        await WriteAsync([new("1", "x", "\"aaaaaaaaaa\""), new("1", "x", "\"bbbbbbbbbb\""), new("2", "x")]);

        (await ExchangeAsync(provider, "a", bytes: 1)).Events.ShouldHaveSingleItem().Payload.ShouldBe("\"aaaaaaaaaa\"");
        (await ExchangeAsync(provider, "a")).Events.Select(e => e.Payload).ShouldBe(["\"bbbbbbbbbb\"", null]);
    }

    [Fact]
    public async Task Health_OfWhatIsNotThereAndOfTooMuch_SaysSo()
    {
        await using var provider = await OutboxAsync();
        var absent = await provider.CallAsync<OutboxHealthMetricsRequest, OutboxHealthMetrics>(FunctionNames.OutboxHealthMetrics, new OutboxHealthMetricsRequest());
        absent.ShouldSatisfyAllConditions(h => h.Success.ShouldBeTrue(), h => h.Status.ShouldBe("absent"), h => h.Healthy.ShouldBeFalse());

        (await HealthAsync(provider)).Status.ShouldBe("healthy");
        await WriteAsync([new("1", "insert"), new("2", "insert")]);
        (await HealthAsync(provider, maxPending: 3)).ShouldSatisfyAllConditions(h => h.Status.ShouldBe("healthy"), h => h.PendingMessages.ShouldBe(2), h => h.OldestPending.ShouldNotBeNull());
        (await HealthAsync(provider, maxPending: 2)).Status.ShouldBe("degraded");
    }

    [Fact]
    public async Task Cleanup_DeletesWhatIsOldAndDelivered_InBatches()
    {
        await using var provider = await OutboxAsync();
        await WriteAsync(
        [
            new("1", "old", null, "processed", LongAgo, LongAgo), new("2", "old", null, "processed", LongAgo, LongAgo.AddDays(1)), new("3", "old", null, "processed", LongAgo, LongAgo.AddDays(2)),
            new("4", "kept", null, "failed", LongAgo), new("5", "kept", null, "pending", LongAgo), new("6", "kept", null, "processed", LongAgo, LongAgo.AddYears(900)),
        ]);

        (await CleanAsync(provider, new() { Outbox = "events", DryRun = true })).ShouldSatisfyAllConditions(
            c => c.Success.ShouldBeTrue(c.Error), c => c.DryRun.ShouldBeTrue(), c => c.DeletedCount.ShouldBe(3), c => c.Batches.ShouldBe(0));
        (await CleanAsync(provider, new() { Outbox = "events", BatchSize = 1, MaxBatches = 2 })).ShouldSatisfyAllConditions(
            c => c.DeletedCount.ShouldBe(2), c => c.RemainingCount.ShouldBe(1), c => c.Batches.ShouldBe(2));
        (await EventsAsync()).Select(e => e.AggregateId).ShouldBe(["3", "4", "5", "6"]);
        (await CleanAsync(provider, new() { Outbox = "events", Statuses = ["processed", "failed"] })).ShouldSatisfyAllConditions(
            c => c.DeletedCount.ShouldBe(2), c => c.RemainingCount.ShouldBe(0), c => c.Batches.ShouldBe(1));
        (await EventsAsync()).Select(e => e.AggregateId).ShouldBe(["5", "6"]);

        (await CleanAsync(provider, new() { Outbox = "events", Statuses = ["pending"] })).Error!.ShouldContain("what is pending is never deleted");
        (await CleanAsync(provider, new() { Outbox = "nothing" })).Error!.ShouldContain("there is no outbox \"nothing\"");
    }

    private static IReadOnlyList<WrittenEvent> TwoOfEach => [new("1", "insert"), new("2", "insert"), new("1", "update"), new("2", "update")];

    private async Task<CalledProvider> OutboxAsync()
    {
        var provider = await StartAsync();
        await provider.CreateAsync(Prefix + "stream_outbox", "events", """{"topic":"shop"}""");
        return provider;
    }

    protected static async Task<OutboxExchangeResponse> ExchangeAsync(
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

/// <summary>An event as somebody writes it; what is null is left out.</summary>
public sealed record WrittenEvent(string AggregateId, string Type, string? Payload = null, string? Status = null, DateTimeOffset? CreatedAt = null, DateTimeOffset? ProcessedAt = null);

/// <summary>What a relay has made of an event.</summary>
public sealed record StoredEvent(string AggregateId, string Status, int Attempts, string? LastError);
