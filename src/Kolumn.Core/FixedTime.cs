namespace Kolumn.Core;

/// <summary>
/// A clock that stands still: all of a configuration is evaluated at one moment, and a saved plan is evaluated again at the moment
/// it was made.
/// </summary>
internal sealed class FixedTime(DateTimeOffset moment) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => moment;
}
