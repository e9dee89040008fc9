using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData(0, "1u")]
    [InlineData(-50, "1u")]
    [InlineData(1, "1u")]
    [InlineData(10, "1u")]
    [InlineData(11, "2u")]
    [InlineData(10_000, "1000u")]
    [InlineData(999_999_990, "99999999u")]
    [InlineData(999_999_991, "100000m")]
    [InlineData(36_000_000_000, "3600000m")]
    [InlineData(999_999_990_000, "99999999m")]
    [InlineData(999_999_990_001, "100000S")]
    [InlineData(3_599_999_964_000_000_000, "99999999H")]
    public void Format_AnyWait_TakesTheFinestUnitThatFitsRoundedUp(long ticks, string expected) =>
        GrpcTimeout.Format(TimeSpan.FromTicks(ticks)).ShouldBe(expected);

    [Fact]
    public void Format_LongerThanEightDigitsOfHours_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => GrpcTimeout.Format(TimeSpan.MaxValue));

    [Theory]
    [InlineData("1n", 1)]
    [InlineData("100n", 1)]
    [InlineData("101n", 2)]
    [InlineData("1u", 10)]
    [InlineData("5m", 50_000)]
    [InlineData("10S", 100_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("00000001S", 10_000_000)]
    [InlineData("0S", 0)]
    [InlineData("99999999H", 3_599_999_964_000_000_000)]
    public void TryParse_WellFormed_GivesTheWait(string text, long ticks)
    {
        GrpcTimeout.TryParse(text, out var timeout).ShouldBeTrue();
        timeout.Ticks.ShouldBe(ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("1 S")]
    [InlineData(" 1S")]
    [InlineData("+1S")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("0x1S")]
    [InlineData("123456789S")]
    [InlineData("１S")]
    [InlineData("1SS")]
    public void TryParse_Malformed_IsRefused(string text) => GrpcTimeout.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Format_AnyWait_ParsesBackToAtLeastAsMuch()
    {
        var random = new Random(20260101);
        for (var i = 0; i < 10_000; i++)
        {
            var wait = TimeSpan.FromTicks(random.NextInt64(1, 1L << random.Next(1, 61)));
            GrpcTimeout.TryParse(GrpcTimeout.Format(wait), out var parsed).ShouldBeTrue();
            parsed.ShouldBeGreaterThanOrEqualTo(wait);
        }
    }
}
