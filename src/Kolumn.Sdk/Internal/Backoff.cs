namespace Kolumn.Sdk.Internal;

/// <summary>How long to wait before trying again: twice as long each time, and up to as much again at random, so that those who were refused together do not come back together.</summary>
internal static class Backoff
{
    /// <param name="first">At least this long before the second attempt.</param>
    /// <param name="attempt">How often it has been tried, from 1.</param>
    public static TimeSpan After(TimeSpan first, int attempt) => first * (1 << (attempt - 1)) * (1 + Random.Shared.NextDouble());
}
