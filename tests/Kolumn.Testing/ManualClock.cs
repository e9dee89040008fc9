namespace Kolumn.Testing;

/// <summary>A clock that moves when it is told to, with the timers that wait for it. Its wall clock can be set apart from its timers.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private TimeSpan _elapsed;
    private DateTimeOffset _origin = DateTimeOffset.UtcNow;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _origin + _elapsed;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        List<Timer> due;
        lock (_gate)
        {
            _elapsed += time;
            due = [.. _timers.Where(t => t.Due <= _elapsed)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(t => t.Ring());
    }

    /// <summary>Somebody sets the system's clock; no timer notices.</summary>
    public void Jump(TimeSpan time)
    {
        lock (_gate)
        {
            _origin += time;
        }
    }

    private sealed class Timer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime > TimeSpan.Zero)
                {
                    Due = clock._elapsed + dueTime;
                    clock._timers.Add(this);
                    return true;
                }
            }

            if (dueTime == TimeSpan.Zero)
            {
                Ring();
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
