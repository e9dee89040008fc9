using System.Collections.Concurrent;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>Events that are under way: a lane for each key, in which one follows the other, and all lanes side by side.</summary>
/// <param name="deliver">Delivers one.</param>
/// <param name="mayBegin">Whether a delivery may still begin.</param>
/// <param name="worthAStep">How many that came to their end are worth telling.</param>
internal sealed class OutboxLanes(Func<OutboxEvent, CancellationToken, Task<OutboxSettlement>> deliver, Func<bool> mayBegin, int worthAStep, TimeProvider time)
{
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(Lane Lane, OutboxSettlement Settlement)> _ended = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _worth = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private int _endedSince;
    private long _bytesUnderWay;

    public int UnderWay => Volatile.Read(ref _underWay);

    public long BytesUnderWay => Interlocked.Read(ref _bytesUnderWay);

    /// <summary>Whether something came to its end that is not collected yet.</summary>
    public bool HasEnded => !_ended.IsEmpty;

    /// <summary>Moves what came to its end into the list.</summary>
    public void Collect(List<(Lane Lane, OutboxSettlement Settlement)> into)
    {
        while (_ended.TryDequeue(out var one))
        {
            into.Add(one);
        }
    }

    public void Dispatch(IReadOnlyList<OutboxEvent> events, CancellationToken kill)
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

    /// <summary>
    /// The provider knows now what ended. Until then a lane that was held up stays so, whatever comes: an event that was handed out
    /// before the provider heard of it must not pass the one that has to be tried again.
    /// </summary>
    public void Acknowledge(IEnumerable<(Lane Lane, OutboxSettlement Settlement)> settled)
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

    /// <summary>Waits until enough came to its end to be worth a step, but no longer than <paramref name="limit"/>.</summary>
    public async Task WorthAsync(TimeSpan limit)
    {
        // Made before it is looked whether to wait: whatever ends after the look finds it.
        var worth = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _worth, worth);
        if (Volatile.Read(ref _underWay) > 0 && _ended.Count < worthAStep)
        {
            Interlocked.Exchange(ref _endedSince, _ended.Count);
            await Task.WhenAny(worth.Task, Task.Delay(limit, time, CancellationToken.None));
        }
    }

    /// <summary>One event after the other. After one that has to be tried again, the rest of the lane is given back: the provider keeps it behind that one.</summary>
    private async Task RunLaneAsync(string key, Lane lane, CancellationToken kill)
    {
        while (Next(key, lane) is { } happened)
        {
            OutboxSettlement settlement;
            try
            {
                settlement = !IsHeldUp(lane) && !kill.IsCancellationRequested && mayBegin() ? await deliver(happened, kill) : new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Released };
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

    private void Close(string key, Lane lane)
    {
        if (lane is { IsRunning: false, Unacknowledged: 0, Waiting.Count: 0 } && _lanes.GetValueOrDefault(key) == lane)
        {
            _lanes.Remove(key);
        }
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
        if (Interlocked.Decrement(ref _underWay) == 0 || Interlocked.Increment(ref _endedSince) >= worthAStep)
        {
            Volatile.Read(ref _worth).TrySetResult();
        }
    }

    internal sealed class Lane(string key)
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
