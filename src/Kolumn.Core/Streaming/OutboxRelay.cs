using System.Collections.Concurrent;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>
/// Carries the events of one outbox to its sinks: at least once, and those of one key one after the other. A step of it is one
/// exchange with the provider, which settles what came to its end and brings what is next, while deliveries go on beside it:
/// <list type="number">
/// <item>collect what came to its end;</item>
/// <item>exchange that for further events, as many as there is room for;</item>
/// <item>put them into the lanes of their keys, each of which delivers one event after the other;</item>
/// <item>end when asked to and nothing is under way any more, or when nothing is pending and that was the task;</item>
/// <item>let enough deliveries end to be worth a step.</item>
/// </list>
/// What is delivered and not settled yet when this process is killed is handed out again; nothing is ever settled before it arrived.
/// </summary>
internal sealed class OutboxRelay(
    string outbox, IOutboxSource source, IReadOnlyList<(StreamRoute Route, SinkSettings Settings, IEventSink Sink)> routes, Action<string> warn, TimeProvider time)
{
    /// <summary>How many events are under way at a time, and about how many bytes of payloads: what bounds the memory.</summary>
    private const int Window = 4000;

    private const long WindowBytes = 16 * 1024 * 1024;

    private const int WorthAStep = Window / 8;
    private const long MaxBytes = 4 * 1024 * 1024;
    private const int MaxFailures = 20;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan SlowStep = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly string _runner = Guid.NewGuid().ToString("n");
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(Lane Lane, OutboxSettlement Settlement)> _ended = new();
    private readonly ConcurrentDictionary<long, HashSet<string>> _partly = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _worth = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private int _endedSince;
    private long _bytesUnderWay;
    private long _leaseUntil = long.MaxValue;
    private volatile bool _abandoned;
    private volatile string? _over;
    private long _delivered;
    private long _failed;
    private long _retried;

    public RelayCounts Counts => new(outbox, Interlocked.Read(ref _delivered), Interlocked.Read(ref _failed), Interlocked.Read(ref _retried));

    /// <param name="once">Whether to end when nothing is pending.</param>
    /// <param name="stop">Ends it in order: what is under way comes to its end first.</param>
    /// <param name="kill">Gives up what is under way.</param>
    /// <returns>Why it could not go on; null when it ended as it should.</returns>
    public async Task<Diagnostic?> RunAsync(bool once, CancellationToken stop, CancellationToken kill)
    {
        var unsettled = new List<(Lane Lane, OutboxSettlement Settlement)>();
        var failures = 0;
        while (true)
        {
            // 1
            while (_ended.TryDequeue(out var one))
            {
                unsettled.Add(one);
            }

            // 2
            var underWay = Volatile.Read(ref _underWay);
            var isEnding = stop.IsCancellationRequested || _over is not null;
            var room = isEnding || Interlocked.Read(ref _bytesUnderWay) >= WindowBytes ? 0 : Window - underWay;
            var wait = underWay > 0 || once || isEnding || unsettled.Count > 0 ? TimeSpan.Zero : IdleWait;
            var (response, failure) = await ExchangeAsync([.. unsettled.Select(one => one.Settlement)], room >= WorthAStep || underWay == 0 ? room : 0, wait, isRelease: false, stop, kill);
            if (response is null)
            {
                if (stop.IsCancellationRequested && failure is null)
                {
                    continue;
                }

                // The provider has let go of everything: what is not begun must not be delivered any more.
                await AbandonAsync(kill);
                if (++failures >= MaxFailures || !IsWorthTryingAgain(failure!) || stop.IsCancellationRequested)
                {
                    return failure;
                }

                warn($"{outbox}: {failure!.Summary}. Trying again");
                await PauseAsync(Backoff.Pause(FirstPause, failures, Random.Shared.NextDouble()), stop);
                continue;
            }

            failures = 0;
            Acknowledge(unsettled);
            unsettled.Clear();
            Interlocked.Exchange(ref _leaseUntil, time.GetTimestamp() + (long)(response.LeaseMs / 2 * (time.TimestampFrequency / 1000.0)));

            // 3
            Dispatch(response.Events, kill);

            // 4
            underWay = Volatile.Read(ref _underWay);
            if (underWay == 0 && _ended.IsEmpty && (isEnding || (once && room > 0 && response.Events.Count == 0 && !response.HasPending)))
            {
                await ExchangeAsync([], 0, TimeSpan.Zero, isRelease: true, CancellationToken.None, kill);
                return _over is null ? null : Diagnostic.Error(CoreCodes.SinkUnusable, _over, "What was not delivered is still pending. Put the sink right and relay again.");
            }

            // 5
            var isQuiet = response.Events.Count == 0 && _ended.IsEmpty;
            if (underWay > 0)
            {
                await WorthAsync(isQuiet ? SlowStep : Step);
            }
            else if (isQuiet && once)
            {
                await PauseAsync(SlowStep, stop);
            }
        }
    }

    private async Task<(OutboxExchangeResponse? Response, Diagnostic? Failure)> ExchangeAsync(
        OutboxSettlement[] settled, int room, TimeSpan wait, bool isRelease, CancellationToken stop, CancellationToken kill)
    {
        // Waiting may be given up at any time; a step that settles comes to its end.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, kill);
        var token = wait > TimeSpan.Zero && settled.Length == 0 ? either.Token : kill;
        try
        {
            var response = await source.ExchangeAsync(
                new OutboxExchangeRequest
                {
                    Runner = _runner,
                    Outbox = outbox,
                    Settled = settled,
                    MaxEvents = room,
                    MaxBytes = MaxBytes,
                    WaitMs = (long)wait.TotalMilliseconds,
                    Release = isRelease,
                },
                token);
            return response.Success ? (response, null) : (null, response.CollectDiagnostics().First(d => d.Severity == Severity.Error));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !kill.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            return (null, Providers.ProviderFailures.ToDiagnostic(lost, outbox, "relaying", "What was not settled will be delivered again.") with { Retryable = true });
        }
    }

    private static bool IsWorthTryingAgain(Diagnostic failure) => failure.Retryable || failure.Code == DiagnosticCodes.Connection;

    private void Dispatch(IReadOnlyList<OutboxEvent> events, CancellationToken kill)
    {
        lock (_gate)
        {
            foreach (var happened in events)
            {
                Interlocked.Increment(ref _underWay);
                Interlocked.Add(ref _bytesUnderWay, happened.Payload?.Length ?? 0);
                if (!_lanes.TryGetValue(happened.OrderKey, out var lane))
                {
                    _lanes[happened.OrderKey] = lane = new Lane(happened.OrderKey);
                }

                lane.Waiting.Enqueue(happened);
                if (!lane.IsRunning)
                {
                    lane.IsRunning = true;
                    _ = Task.Run(() => RunLaneAsync(happened.OrderKey, lane, kill), CancellationToken.None);
                }
            }
        }
    }

    /// <summary>One event after the other. After one that has to be tried again, the rest of the lane is given back: the provider keeps it behind that one.</summary>
    private async Task RunLaneAsync(string key, Lane lane, CancellationToken kill)
    {
        while (Next(key, lane) is { } happened)
        {
            var mayDeliver = !IsHeldUp(lane) && !_abandoned && _over is null && !kill.IsCancellationRequested && time.GetTimestamp() < Interlocked.Read(ref _leaseUntil);
            OutboxSettlement settlement;
            try
            {
                settlement = mayDeliver ? await DeliverAsync(happened, kill) : new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Released };
            }
            catch (OperationCanceledException)
            {
                settlement = new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Released };
            }

            Interlocked.Add(ref _bytesUnderWay, -(happened.Payload?.Length ?? 0));
            End(lane, settlement);
        }
    }

    private bool IsHeldUp(Lane lane)
    {
        lock (_gate)
        {
            return lane.IsHeldUp;
        }
    }

    private OutboxEvent? Next(string key, Lane lane)
    {
        lock (_gate)
        {
            if (lane.Waiting.TryDequeue(out var next))
            {
                return next;
            }

            lane.IsRunning = false;
            Close(key, lane);
            return null;
        }
    }

    /// <summary>
    /// The provider knows now what ended. Until then a lane that was held up stays so, whatever comes: an event that was handed out
    /// before the provider heard of it must not pass the one that has to be tried again.
    /// </summary>
    private void Acknowledge(IEnumerable<(Lane Lane, OutboxSettlement Settlement)> settled)
    {
        lock (_gate)
        {
            foreach (var (lane, settlement) in settled)
            {
                if (settlement.Outcome is OutboxOutcomes.Retry or OutboxOutcomes.Released)
                {
                    lane.Unacknowledged--;
                    Close(lane.Key, lane);
                }
            }
        }
    }

    private void Close(string key, Lane lane)
    {
        if (lane is { IsRunning: false, Unacknowledged: 0, Waiting.Count: 0 } && _lanes.GetValueOrDefault(key) == lane)
        {
            _lanes.Remove(key);
        }
    }

    private async Task<OutboxSettlement> DeliverAsync(OutboxEvent happened, CancellationToken kill)
    {
        foreach (var (route, settings, sink) in routes)
        {
            if (!route.Takes(happened) || (_partly.TryGetValue(happened.Position, out var done) && done.Contains(route.Name)))
            {
                continue;
            }

            var delivery = await sink.DeliverAsync(outbox, route.Transform(happened), kill);
            if (delivery.IsOver)
            {
                _over = $"The sink {settings.Name} cannot be written any more: {delivery.Error}";
                return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Released };
            }

            if (!delivery.Succeeded)
            {
                return Undelivered(happened, route, settings, delivery);
            }

            if (routes.Count > 1)
            {
                _partly.GetOrAdd(happened.Position, _ => []).Add(route.Name);
            }
        }

        _partly.TryRemove(happened.Position, out _);
        Interlocked.Increment(ref _delivered);
        return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Processed };
    }

    private OutboxSettlement Undelivered(OutboxEvent happened, StreamRoute route, SinkSettings settings, Delivery delivery)
    {
        var attempts = happened.Attempts + 1;
        var error = $"{settings.Name}: {delivery.Error}";
        if (attempts >= settings.MaxAttempts)
        {
            _partly.TryRemove(happened.Position, out _);
            Interlocked.Increment(ref _failed);
            warn($"{outbox}: event {happened.Id} is a dead letter after {attempts} attempts. Route {route.Name}: {error}");
            return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Failed, Error = error };
        }

        if (Interlocked.Increment(ref _retried) == 1)
        {
            warn($"{outbox}: event {happened.Id} was not delivered and will be tried again. Route {route.Name}: {error}");
        }

        var pause = Backoff.Pause(settings.Backoff, attempts, Random.Shared.NextDouble());
        pause = delivery.RetryAfter is { } asked && asked > pause ? asked : pause;
        return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Retry, Error = error, RetryAfterMs = (long)pause.TotalMilliseconds };
    }

    private void End(Lane lane, OutboxSettlement settlement)
    {
        if (settlement.Outcome is OutboxOutcomes.Retry or OutboxOutcomes.Released)
        {
            lock (_gate)
            {
                lane.Unacknowledged++;
                lane.IsHeldUp = true;
            }
        }

        _ended.Enqueue((lane, settlement));
        if (Interlocked.Decrement(ref _underWay) == 0 || Interlocked.Increment(ref _endedSince) >= WorthAStep)
        {
            Volatile.Read(ref _worth).TrySetResult();
        }
    }

    private async Task WorthAsync(TimeSpan limit)
    {
        // Made before it is looked whether to wait: whatever ends after the look finds it.
        var worth = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _worth, worth);
        if (Volatile.Read(ref _underWay) > 0 && _ended.Count < WorthAStep)
        {
            Interlocked.Exchange(ref _endedSince, _ended.Count);
            await Task.WhenAny(worth.Task, Task.Delay(limit, time, CancellationToken.None));
        }
    }

    /// <summary>Waits until nothing is under way, none of which begins any more.</summary>
    private async Task AbandonAsync(CancellationToken kill)
    {
        _abandoned = true;
        while (Volatile.Read(ref _underWay) > 0 && !kill.IsCancellationRequested)
        {
            await WorthAsync(SlowStep);
        }

        _abandoned = false;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop) =>
        await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class Lane(string key)
    {
        public string Key => key;

        public Queue<OutboxEvent> Waiting { get; } = new();

        public bool IsRunning { get; set; }

        /// <summary>Events to be handed out again, of which the provider does not know yet.</summary>
        public int Unacknowledged { get; set; }

        /// <summary>What waits was handed out behind an event that has to be tried again.</summary>
        public bool IsHeldUp { get; set; }
    }
}
