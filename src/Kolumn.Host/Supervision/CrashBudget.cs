using System.Collections.Concurrent;

namespace Kolumn.Host.Supervision;

/// <summary>Counts the crashes of each executable over all its processes, so that one that cannot live is not started for ever.</summary>
internal sealed class CrashBudget(int limit, TimeSpan window, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Queue<long>> _crashes = new(StringComparer.Ordinal);

    public void Record(string path)
    {
        var crashes = _crashes.GetOrAdd(path, static _ => new Queue<long>());
        lock (crashes)
        {
            crashes.Enqueue(time.GetTimestamp());
        }
    }

    public bool IsSpent(string path) => Recent(path) >= limit;

    /// <summary>How long to wait before the next start: nothing before the first, then 100 ms, doubled with every crash.</summary>
    public TimeSpan Pause(string path) => Recent(path) is var recent and > 0 ? FirstPause * Math.Pow(2, Math.Min(recent, 6) - 1) : TimeSpan.Zero;

    private int Recent(string path)
    {
        if (!_crashes.TryGetValue(path, out var crashes))
        {
            return 0;
        }

        lock (crashes)
        {
            while (crashes.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > window)
            {
                crashes.Dequeue();
            }

            return crashes.Count;
        }
    }
}
