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
internal sealed class OutboxRelay
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
    private readonly string _outbox;
    private readonly IOutboxSource _source;
    private readonly EventDelivery _delivery;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private long _leaseUntil = long.MaxValue;
    private volatile bool _abandoned;

    public OutboxRelay(
        string outbox, IOutboxSource source, IReadOnlyList<(StreamRoute Route, SinkSettings Settings, IEventSink Sink)> routes, Action<string> warn, TimeProvider time)
    {
        (_outbox, _source, _warn, _time) = (outbox, source, warn, time);
        _delivery = new EventDelivery(outbox, routes, warn);
    }

    public RelayCounts Counts => _delivery.Counts;

    /// <param name="once">Whether to end when nothing is pending.</param>
    /// <param name="stop">Ends it in order: what is under way comes to its end first.</param>
    /// <param name="kill">Gives up what is under way.</param>
    /// <returns>Why it could not go on; null when it ended as it should.</returns>
    public async Task<Diagnostic?> RunAsync(bool once, CancellationToken stop, CancellationToken kill)
    {
        var lanes = new OutboxLanes(_delivery.DeliverAsync, MayBegin, WorthAStep, _time);
        var unsettled = new List<(OutboxLanes.Lane Lane, OutboxSettlement Settlement)>();
        var failures = 0;
        while (true)
        {
            // 1
            lanes.Collect(unsettled);

            // 2
            var underWay = lanes.UnderWay;
            var isEnding = stop.IsCancellationRequested || _delivery.Over is not null;
            var room = isEnding || lanes.BytesUnderWay >= WindowBytes ? 0 : Window - underWay;
            var wait = underWay > 0 || once || isEnding || unsettled.Count > 0 ? TimeSpan.Zero : IdleWait;
            var (response, failure) = await ExchangeAsync([.. unsettled.Select(one => one.Settlement)], room >= WorthAStep || underWay == 0 ? room : 0, wait, isRelease: false, stop, kill);
            if (response is null)
            {
                if (stop.IsCancellationRequested && failure is null)
                {
                    continue;
                }

                // The provider has let go of everything: what is not begun must not be delivered any more.
                await AbandonAsync(lanes, kill);
                if (++failures >= MaxFailures || !IsWorthTryingAgain(failure!) || stop.IsCancellationRequested)
                {
                    return failure;
                }

                _warn($"{_outbox}: {failure!.Summary}. Trying again");
                await PauseAsync(Backoff.Pause(FirstPause, failures, Random.Shared.NextDouble()), stop);
                continue;
            }

            failures = 0;
            lanes.Acknowledge(unsettled);
            unsettled.Clear();
            Interlocked.Exchange(ref _leaseUntil, _time.GetTimestamp() + (long)(response.LeaseMs / 2 * (_time.TimestampFrequency / 1000.0)));

            // 3
            lanes.Dispatch(response.Events, kill);

            // 4
            underWay = lanes.UnderWay;
            if (underWay == 0 && !lanes.HasEnded && (isEnding || (once && room > 0 && response.Events.Count == 0 && !response.HasPending)))
            {
                await ExchangeAsync([], 0, TimeSpan.Zero, isRelease: true, CancellationToken.None, kill);
                return _delivery.Over is not { } over ? null : Diagnostic.Error(CoreCodes.SinkUnusable, over, "What was not delivered is still pending. Put the sink right and relay again.");
            }

            // 5
            var isQuiet = response.Events.Count == 0 && !lanes.HasEnded;
            if (underWay > 0)
            {
                await lanes.WorthAsync(isQuiet ? SlowStep : Step);
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
            var response = await _source.ExchangeAsync(
                new OutboxExchangeRequest
                {
                    Runner = _runner,
                    Outbox = _outbox,
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
            return (null, Providers.ProviderFailures.ToDiagnostic(lost, _outbox, "relaying", "What was not settled will be delivered again.") with { Retryable = true });
        }
    }

    /// <summary>Not when the provider may have given to others what this relay holds.</summary>
    private bool MayBegin() => !_abandoned && _delivery.Over is null && _time.GetTimestamp() < Interlocked.Read(ref _leaseUntil);

    private static bool IsWorthTryingAgain(Diagnostic failure) => failure.Retryable || failure.Code == DiagnosticCodes.Connection;

    /// <summary>Waits until nothing is under way, none of which begins any more.</summary>
    private async Task AbandonAsync(OutboxLanes lanes, CancellationToken kill)
    {
        _abandoned = true;
        while (lanes.UnderWay > 0 && !kill.IsCancellationRequested)
        {
            await lanes.WorthAsync(SlowStep);
        }

        _abandoned = false;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop) =>
        await Task.Delay(pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
