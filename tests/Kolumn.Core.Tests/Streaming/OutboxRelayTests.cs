using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kolumn.Core.Streaming;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Tests.Streaming;

/// <summary>The relay between an outbox in memory and sinks that misbehave.</summary>
public sealed class OutboxRelayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Run_SinkAndProviderFailAtRandom_DeliversEverythingInTheOrderOfItsKey(int seed)
    {
        var random = new Random(seed);
        var outbox = new MemoryOutbox(Enumerable.Range(0, 3000).Select(n => $"k{n % 37}"), () => random.Next(12) == 0);
        var sink = new MemorySink(_ => random.Next(9) == 0 ? new Delivery("no") : Delivery.Done);

        var failure = await Relay(outbox, sink, maxAttempts: 1000).RunAsync(once: true, Token, CancellationToken.None);

        failure.ShouldBeNull();
        outbox.Statuses.ShouldAllBe(status => status == OutboxOutcomes.Processed);
        foreach (var key in sink.Arrived.GroupBy(one => one.OrderKey))
        {
            var highest = -37L;
            foreach (var happened in key)
            {
                happened.Position.ShouldBeLessThanOrEqualTo(Math.Max(highest, (happened.Position % 37) - 37) + 37, $"{key.Key}, seed {seed}");
                highest = Math.Max(highest, happened.Position);
            }
        }

        sink.MostAtATimeOfOneKey.ShouldBe(1);
    }

    [Fact]
    public async Task Run_EventThatIsNeverTaken_IsADeadLetterAndTheRestGoesOn()
    {
        var outbox = new MemoryOutbox(["a", "a", "b"], () => false);
        var sink = new MemorySink(happened => happened.Position == 0 ? new Delivery("never") : Delivery.Done);
        var relay = Relay(outbox, sink, maxAttempts: 3);

        (await relay.RunAsync(once: true, Token, CancellationToken.None)).ShouldBeNull();

        outbox.Statuses.ShouldBe([OutboxOutcomes.Failed, OutboxOutcomes.Processed, OutboxOutcomes.Processed]);
        relay.Counts.ShouldBe(new RelayCounts("events", 2, 1, 2));
    }

    [Fact]
    public async Task Run_TwoRoutesOneRefused_DeliversToTheOtherOnce()
    {
        var outbox = new MemoryOutbox(["a", "b"], () => false);
        var (good, refusals) = (new MemorySink(_ => Delivery.Done), 0);
        var bad = new MemorySink(_ => Interlocked.Increment(ref refusals) <= 3 ? new Delivery("no") : Delivery.Done);
        var relay = new OutboxRelay("events", outbox, [Route("one", good, 10), Route("two", bad, 10)], _ => { }, TimeProvider.System);

        (await relay.RunAsync(once: true, Token, CancellationToken.None)).ShouldBeNull();

        good.Arrived.Count.ShouldBe(2);
        bad.Arrived.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_SinkIsOver_EndsWithTheReasonAndNoDeadLetter()
    {
        var outbox = new MemoryOutbox(["a", "b", "c"], () => false);
        var sink = new MemorySink(_ => new Delivery("disk full", IsOver: true));

        var failure = await Relay(outbox, sink, maxAttempts: 1).RunAsync(once: false, Token, CancellationToken.None);

        failure!.Summary.ShouldBe("The sink s cannot be written any more: disk full");
        outbox.Statuses.ShouldAllBe(status => status == "pending");
        outbox.IsReleased.ShouldBeTrue();
    }

    private static OutboxRelay Relay(MemoryOutbox outbox, MemorySink sink, int maxAttempts) =>
        new("events", outbox, [Route("all", sink, maxAttempts)], _ => { }, TimeProvider.System);

    private static (StreamRoute, SinkSettings, IEventSink) Route(string name, MemorySink sink, int maxAttempts) => (
        StreamRoute.Read(new JsonObject { ["name"] = name }), new SinkSettings { Name = "s", Type = "memory", MaxAttempts = maxAttempts, Backoff = TimeSpan.FromMilliseconds(0.01) }, sink);

    /// <summary>Keeps the rules of an outbox: what is held is not handed out again, a failed exchange lets go of everything.</summary>
    private sealed class MemoryOutbox(IEnumerable<string> keys, Func<bool> fails) : IOutboxSource
    {
        private readonly List<string> _keys = [.. keys];
        private readonly HashSet<long> _held = [];
        private readonly Dictionary<long, int> _attempts = [];
        private List<string>? _statuses;

        public IReadOnlyList<string> Statuses => _statuses ??= [.. _keys.Select(_ => "pending")];

        public bool IsReleased { get; private set; }

        public Task<OutboxExchangeResponse> ExchangeAsync(OutboxExchangeRequest request, CancellationToken cancellationToken)
        {
            lock (_held)
            {
                if (fails())
                {
                    _held.Clear();
                    return Task.FromResult(Envelope.Failure<OutboxExchangeResponse>([Diagnostic.Error(DiagnosticCodes.Connection, "lost")]));
                }

                _ = Statuses;
                foreach (var settled in request.Settled)
                {
                    _held.Remove(settled.Position);
                    _attempts[settled.Position] = _attempts.GetValueOrDefault(settled.Position) + 1;
                    if (settled.Outcome is OutboxOutcomes.Processed or OutboxOutcomes.Failed)
                    {
                        _statuses![(int)settled.Position] = settled.Outcome;
                    }
                }

                IsReleased = request.Release;
                var events = Enumerable.Range(0, _keys.Count)
                    .Where(at => _statuses![at] == "pending" && !_held.Contains(at))
                    .Take(request.MaxEvents)
                    .Select(at => new OutboxEvent { Position = at, Id = $"{at}", AggregateId = _keys[at], OrderKey = _keys[at], Payload = "{}", Attempts = _attempts.GetValueOrDefault(at) })
                    .ToList();
                _held.UnionWith(events.Select(e => e.Position));
                return Task.FromResult(new OutboxExchangeResponse { Success = true, Events = events, HasPending = _statuses!.Contains("pending"), LeaseMs = 60_000 });
            }
        }
    }

    private sealed class MemorySink(Func<OutboxEvent, Delivery> answer) : IEventSink
    {
        private readonly ConcurrentDictionary<string, int> _underWay = new();
        private readonly Lock _gate = new();
        private readonly List<OutboxEvent> _arrived = [];
        private int _most;

        public IReadOnlyList<OutboxEvent> Arrived => _arrived;

        public int MostAtATimeOfOneKey => _most;

        public async Task<Delivery> DeliverAsync(string outbox, OutboxEvent happened, CancellationToken cancellationToken)
        {
            var now = _underWay.AddOrUpdate(happened.OrderKey, 1, (_, count) => count + 1);
            await Task.Yield();
            Delivery delivery;
            lock (_gate)
            {
                _most = Math.Max(_most, now);
                delivery = answer(happened);
                if (delivery.Succeeded)
                {
                    _arrived.Add(happened);
                }
            }

            _underWay.AddOrUpdate(happened.OrderKey, 0, (_, count) => count - 1);
            return delivery;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
