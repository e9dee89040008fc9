using System.Globalization;

namespace Kolumn.Language.Tests;

public sealed class NumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("007", "7")]
    [InlineData("1.500", "1.5")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("1e3", "1000")]
    [InlineData("12E-3", "0.012")]
    [InlineData("+5", "5")]
    [InlineData("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789")]
    public void Parse_Decimal_KeepsEveryDigit(string text, string expected) => Number.Parse(text)!.Value.ToString().ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData(" 1")]
    [InlineData("NaN")]
    [InlineData("1e501")]
    [InlineData("1e-501")]
    [InlineData("1e999999999999")]
    public void Parse_SomethingElseOrOutOfRange_IsNull(string text) => Number.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("1", "3", "0.33333333333333333333333333333333333333333333333333")]
    [InlineData("-2", "3", "-0.66666666666666666666666666666666666666666666666667")]
    [InlineData("1", "8", "0.125")]
    [InlineData("1e400", "1e399", "10")]
    [InlineData("10", "0.5", "20")]
    [InlineData("0", "7", "0")]
    [InlineData("1", "1e60", "0.000000000000000000000000000000000000000000000000000000000001")]
    public void Divide_EndsOrIsRounded(string left, string right, string expected) =>
        Number.Divide(Number.Parse(left)!.Value, Number.Parse(right)!.Value)!.Value.ToString().ShouldBe(expected);

    [Fact]
    public void Divide_ByZero_IsNull() => Number.Divide(Number.From(1), Number.Zero).ShouldBeNull();

    [Theory]
    [InlineData("7", "3", "1")]
    [InlineData("-7", "3", "-1")]
    [InlineData("7", "-3", "1")]
    [InlineData("5.5", "2", "1.5")]
    [InlineData("0.3", "0.1", "0")]
    public void Remainder_HasTheSignOfTheDividend(string left, string right, string expected) =>
        Number.Remainder(Number.Parse(left)!.Value, Number.Parse(right)!.Value)!.Value.ToString().ShouldBe(expected);

    [Fact]
    public void Multiply_BeyondTheRange_IsNull()
    {
        var large = Number.Parse("1e300")!.Value;

        Number.Multiply(large, large).ShouldBeNull();
        Number.Multiply(large, Number.From(10))!.Value.ShouldBe(Number.Parse("1e301")!.Value);
    }

    [Theory]
    [InlineData("1", "2", -1)]
    [InlineData("1.10", "1.1", 0)]
    [InlineData("-1e100", "1", -1)]
    [InlineData("1e100", "99999", 1)]
    public void CompareTo_DifferentScales_ComparesTheValues(string left, string right, int expected)
    {
        var (a, b) = (Number.Parse(left)!.Value, Number.Parse(right)!.Value);

        a.CompareTo(b).ShouldBe(expected);
        (a == b).ShouldBe(expected == 0);
        (a < b).ShouldBe(expected < 0);
        (a.GetHashCode() == b.GetHashCode()).ShouldBe(expected == 0);
    }

    [Theory]
    [InlineData("9223372036854775807", true)]
    [InlineData("-9223372036854775808", true)]
    [InlineData("9223372036854775808", false)]
    [InlineData("1e18", true)]
    [InlineData("1e400", false)]
    [InlineData("1.5", false)]
    public void TryToInt64_FitsOrDoesNot(string text, bool fits)
    {
        Number.Parse(text)!.Value.TryToInt64(out var value).ShouldBe(fits);
        value.ShouldBe(fits ? (long)decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : 0);
    }

    [Theory]
    [InlineData("99999999999999999999999999999999999999999999999999")]
    [InlineData("100000000000000000000000000000000000000000000000001")]
    [InlineData("999999999999999999")]
    [InlineData("1e499")]
    public void From_ItsOwnText_IsTheSameNumber(string text)
    {
        var number = Number.Parse(text)!.Value;

        Number.Parse(number.ToString()).ShouldBe(number);
    }

    [Fact]
    public void From_ClrNumbers_IsExact()
    {
        Number.From(decimal.MaxValue).ToString().ShouldBe("79228162514264337593543950335");
        Number.From(1.10m).ShouldBe(Number.Parse("1.1")!.Value);
        Number.From(0.1)!.Value.ToString().ShouldBe("0.1");
        Number.From(double.MaxValue)!.Value.ToDouble().ShouldBe(double.MaxValue);
        Number.From(double.Epsilon)!.Value.ToDouble().ShouldBe(double.Epsilon);
        Number.From(double.NaN).ShouldBeNull();
    }
}
