namespace Kolumn.Core.Streaming;

/// <summary>How long to wait before the next attempt: twice as long each time, and never quite as long as others do.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <param name="first">After the first failure.</param>
    /// <param name="failures">So far, at least 1.</param>
    /// <param name="jitter">0 to 1.</param>
    public static TimeSpan Pause(TimeSpan first, int failures, double jitter)
    {
        var full = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30)), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (0.5 * jitter)));
    }
}
