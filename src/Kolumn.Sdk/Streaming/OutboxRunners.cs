using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Streaming;

/// <summary>
/// The runners of one configured connection: Exchange, in the provider. A runner that is not heard of for the length of its lease
/// is ended, so that a relay that hangs holds up nobody; one whose database failed is ended too and made anew by the next call.
/// </summary>
internal sealed class OutboxRunners(TimeProvider time) : IAsyncDisposable
{
    private const int MaxRunners = 64;
    private const int MaxEvents = 5000;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SlowestPoll = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>
    /// 1. Find the runner, or open it.
    /// 2. Settle.
    /// 3. Take further events, and wait for some as long as asked to.
    /// 4. Without any, say whether there are others.
    /// </summary>
    /// <param name="open">Opens the runner of the request's outbox.</param>
    public async Task<OutboxExchangeResponse> ExchangeAsync(
        OutboxExchangeRequest request, Func<CancellationToken, Task<IOutboxRunner>> open, CancellationToken cancellationToken)
    {
        if (FaultOf(request) is { } fault)
        {
            return Envelope.Failure<OutboxExchangeResponse>([fault]);
        }

        var key = $"{request.Runner}\n{request.Outbox}";
        var entry = await EnterAsync(key, cancellationToken);
        try
        {
            entry.Idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var runner = entry.Runner ??= await open(cancellationToken); // 1
            await runner.SettleAsync(request.Settled, cancellationToken); // 2
            if (request.Release)
            {
                await RemoveAsync(key, entry);
                return new OutboxExchangeResponse { Success = true };
            }

            IReadOnlyList<OutboxEvent> events = [];
            if (request.MaxEvents > 0)
            {
                events = await TakeAsync(runner, request, cancellationToken); // 3
            }

            entry.Idle.Change(runner.Lease, Timeout.InfiniteTimeSpan);
            return new OutboxExchangeResponse
            {
                Success = true,
                Events = events,
                HasPending = events.Count == 0 && request.MaxEvents > 0 && await runner.HasPendingAsync(cancellationToken), // 4
                LeaseMs = (long)runner.Lease.TotalMilliseconds,
            };
        }
        catch
        {
            // What it holds is unknown now; a fresh one begins with what the database says.
            await RemoveAsync(key, entry);
            throw;
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<KeyValuePair<string, Entry>> all;
        lock (_gate)
        {
            _closed = true;
            all = [.. _entries];
        }

        foreach (var (key, entry) in all)
        {
            await RemoveAsync(key, entry);
        }
    }

    private async Task<IReadOnlyList<OutboxEvent>> TakeAsync(IOutboxRunner runner, OutboxExchangeRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var limit = TimeSpan.FromMilliseconds(Math.Clamp(request.WaitMs, 0, (long)MaxWait.TotalMilliseconds));
        var bytes = request.MaxBytes > 0 ? request.MaxBytes : long.MaxValue;
        for (var pause = FirstPoll; ; pause = pause * 2 < SlowestPoll ? pause * 2 : SlowestPoll)
        {
            var events = await runner.TakeAsync(request.MaxEvents, bytes, cancellationToken);
            var left = limit - time.GetElapsedTime(start);
            if (events.Count > 0 || left <= TimeSpan.Zero)
            {
                return events;
            }

            await Task.Delay(left < pause ? left : pause, time, cancellationToken);
        }
    }

    private async Task<Entry> EnterAsync(string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = EntryOf(key);
            await entry.Turn.WaitAsync(cancellationToken);
            lock (_gate)
            {
                if (_entries.GetValueOrDefault(key) == entry)
                {
                    return entry;
                }
            }

            // It ended while this call waited for its turn.
            entry.Turn.Release();
        }
    }

    private Entry EntryOf(string key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_closed || _entries.Count >= MaxRunners)
            {
                throw new ProviderException(Diagnostic.Error(
                    DiagnosticCodes.Operation, _closed ? "the connection is being closed" : $"{MaxRunners} runners relay over this connection already", "End one of them first.") with
                {
                    Retryable = true,
                });
            }

            var entry = new Entry();
            entry.Idle = time.CreateTimer(_ => _ = ExpireAsync(key, entry), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return _entries[key] = entry;
        }
    }

    private async Task ExpireAsync(string key, Entry entry)
    {
        // A call that came at the same moment has the turn, and the runner is not silent after all.
        if (await entry.Turn.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            try
            {
                await RemoveAsync(key, entry);
            }
            finally
            {
                entry.Turn.Release();
            }
        }
    }

    private async Task RemoveAsync(string key, Entry entry)
    {
        lock (_gate)
        {
            if (_entries.GetValueOrDefault(key) == entry)
            {
                _entries.Remove(key);
            }
        }

        await entry.Idle.DisposeAsync();
        if (Interlocked.Exchange(ref entry.Runner, null) is { } runner)
        {
            await runner.DisposeAsync();
        }
    }

    private static Diagnostic? FaultOf(OutboxExchangeRequest request) => request switch
    {
        { Runner.Length: 0 or > 200 } => Fault("runner", "a runner has a name of 1 to 200 characters"),
        { MaxEvents: < 0 or > MaxEvents } => Fault("max_events", $"max_events is 0 to {MaxEvents}"),
        _ => null,
    };

    private static Diagnostic Fault(string member, string summary) =>
        Diagnostic.Error(DiagnosticCodes.InvalidValue, summary) with { Attribute = AttributePath.Of(member) };

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The timer is disposed when the entry is removed; the semaphore has no handle, and a call may still wait for it.")]
    private sealed class Entry
    {
        public IOutboxRunner? Runner;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public ITimer Idle { get; set; } = null!;
    }
}
