using Kolumn.Host.Supervision;

namespace Kolumn.Host.Tests;

public sealed class CrashBudgetTests
{
    [Fact]
    public void Budget_CrashesWithinTheWindow_SpentUntilTheOldestIsForgotten()
    {
        var clock = new Clock();
        var budget = new CrashBudget(3, TimeSpan.FromMinutes(5), clock);
        budget.Pause("a").ShouldBe(TimeSpan.Zero);
        foreach (var pause in (int[])[100, 200, 400])
        {
            budget.IsSpent("a").ShouldBeFalse();
            budget.Record("a");
            budget.Pause("a").ShouldBe(TimeSpan.FromMilliseconds(pause));
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        budget.IsSpent("a").ShouldBeTrue();
        budget.IsSpent("b").ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromTicks(1));
        budget.IsSpent("a").ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(5));
        budget.Pause("a").ShouldBe(TimeSpan.Zero);
    }

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
