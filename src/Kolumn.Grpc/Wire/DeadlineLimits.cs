namespace Grpc.Wire;

/// <summary>What timers can do.</summary>
internal static class DeadlineLimits
{
    /// <summary>The longest wait a .NET timer takes; a deadline further away is never reached by a call and needs no timer.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
}
