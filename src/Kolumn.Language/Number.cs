using System.Globalization;
using System.Numerics;

namespace Kolumn.Language;

/// <summary>
/// An exact decimal number: an integer of any sign times a power of ten. Literals, sums, differences and products are exact; a quotient
/// that does not end is rounded to the nearest number of <see cref="QuotientDigits"/> significant digits. Magnitudes reach from 1e-<see cref="Limit"/>
/// to 1e<see cref="Limit"/> with at most <see cref="Limit"/> significant digits, which holds every double and every database's numeric
/// literal in use; what does not fit is null, which callers report.
/// </summary>
public readonly struct Number : IEquatable<Number>, IComparable<Number>
{
    public const int Limit = 500;

    public const int QuotientDigits = 50;

    private static readonly BigInteger Ten = 10;

    private readonly BigInteger _mantissa;
    private readonly int _exponent;

    /// <summary>Canonical form: the mantissa ends in no zero, and zero has exponent 0; so equal numbers have equal fields.</summary>
    private Number(BigInteger mantissa, int exponent)
    {
        _mantissa = mantissa;
        _exponent = exponent;
    }

    public static Number Zero => default;

    public bool IsInteger => _exponent >= 0;

    public int Sign => _mantissa.Sign;

    public static Number From(long value) => Normalize(value, 0) ?? Zero;

    public static Number From(decimal value) => Parse(value.ToString(CultureInfo.InvariantCulture)) ?? Zero;

    /// <summary>The shortest decimal that reads back as the same double; null for infinities and NaN.</summary>
    public static Number? From(double value) =>
        double.IsFinite(value) ? Parse(value.ToString("R", CultureInfo.InvariantCulture)) : null;

    /// <summary>Reads digits with optional sign, fraction and exponent. Null when it is something else or does not fit.</summary>
    public static Number? Parse(ReadOnlySpan<char> text)
    {
        var i = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is '-' or '+')
        {
            i++;
        }

        var whole = CountDigits(text[i..]);
        var digits = text.Slice(i, whole);
        i += whole;
        ReadOnlySpan<char> fraction = [];
        if (whole > 0 && i < text.Length && text[i] == '.')
        {
            fraction = text.Slice(i + 1, CountDigits(text[(i + 1)..]));
            i += 1 + fraction.Length;
            if (fraction.IsEmpty)
            {
                return null;
            }
        }

        var exponent = 0;
        if (whole > 0 && i < text.Length && text[i] is 'e' or 'E')
        {
            // Five digits are more than the range; longer ones need not be read.
            var part = text[(i + 1)..];
            if (part.Length is 0 or > 6 || !int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            {
                return null;
            }

            i = text.Length;
        }

        if (whole == 0 || i != text.Length || digits.Length + fraction.Length > 4 * Limit)
        {
            return null;
        }

        var mantissa = BigInteger.Parse(string.Concat(digits, fraction), NumberStyles.None, CultureInfo.InvariantCulture);
        return Normalize(negative ? -mantissa : mantissa, exponent - fraction.Length);
    }

    public static Number? Add(Number left, Number right)
    {
        var (a, b, exponent) = Align(left, right);
        return Normalize(a + b, exponent);
    }

    public static Number? Subtract(Number left, Number right) => Add(left, Negate(right));

    public static Number? Multiply(Number left, Number right) =>
        Normalize(left._mantissa * right._mantissa, left._exponent + right._exponent);

    /// <summary>The quotient; null also for a zero divisor, which callers look for first.</summary>
    public static Number? Divide(Number left, Number right)
    {
        if (right.Sign == 0)
        {
            return null;
        }

        // Scaled so that the integer quotient has at least two digits more than are kept.
        var scale = Math.Max(0, QuotientDigits + 2 + DigitCount(right._mantissa) - DigitCount(left._mantissa));
        var quotient = BigInteger.DivRem(left._mantissa * BigInteger.Pow(Ten, scale), right._mantissa, out var remainder);
        var exponent = left._exponent - right._exponent - scale;
        return remainder.IsZero ? Normalize(quotient, exponent) : Round(quotient, exponent);
    }

    /// <summary>The remainder of truncated division: it has the sign of the dividend. Null for a zero divisor.</summary>
    public static Number? Remainder(Number left, Number right)
    {
        if (right.Sign == 0)
        {
            return null;
        }

        var (a, b, exponent) = Align(left, right);
        return Normalize(BigInteger.Remainder(a, b), exponent);
    }

    public static Number Negate(Number value) => new(-value._mantissa, value._exponent);

    public static Number Abs(Number value) => new(BigInteger.Abs(value._mantissa), value._exponent);

    /// <summary>The largest integer that is not above the number.</summary>
    public static Number Floor(Number value)
    {
        if (value.IsInteger)
        {
            return value;
        }

        var quotient = BigInteger.DivRem(value._mantissa, BigInteger.Pow(Ten, -value._exponent), out var remainder);
        return Normalize(remainder.Sign < 0 ? quotient - 1 : quotient, 0) ?? Zero;
    }

    public static Number Ceiling(Number value) => Negate(Floor(Negate(value)));

    /// <summary>The number with exactly so many digits after the point, rounded half away from zero.</summary>
    public static string ToFixed(Number value, int decimals)
    {
        var scaled = -value._exponent > decimals
            ? RoundAt(value._mantissa, -value._exponent - decimals)
            : value._mantissa * BigInteger.Pow(Ten, decimals + value._exponent);
        var digits = BigInteger.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var text = decimals == 0 ? digits : $"{digits.AsSpan(0, digits.Length - decimals)}.{digits.AsSpan(digits.Length - decimals)}";
        return scaled.Sign < 0 ? "-" + text : text;
    }

    public bool TryToInt64(out long value)
    {
        value = 0;
        if (!IsInteger || _exponent > 19)
        {
            return false;
        }

        var whole = _mantissa * BigInteger.Pow(Ten, _exponent);
        if (whole < long.MinValue || whole > long.MaxValue)
        {
            return false;
        }

        value = (long)whole;
        return true;
    }

    public bool TryToInt32(out int value)
    {
        var fits = TryToInt64(out var wide) && wide is >= int.MinValue and <= int.MaxValue;
        value = fits ? (int)wide : 0;
        return fits;
    }

    /// <summary>The nearest double.</summary>
    public double ToDouble() => double.Parse(ToString(), CultureInfo.InvariantCulture);

    /// <summary>Plain decimal notation without exponent, e.g. "-0.5"; at most 2 x <see cref="Limit"/> digits.</summary>
    public override string ToString()
    {
        if (_exponent >= 0)
        {
            var whole = _mantissa.ToString(CultureInfo.InvariantCulture);
            return _exponent == 0 ? whole : whole + new string('0', _exponent);
        }

        var digits = BigInteger.Abs(_mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(1 - _exponent, '0');
        var point = digits.Length + _exponent;
        return $"{(Sign < 0 ? "-" : "")}{digits.AsSpan(0, point)}.{digits.AsSpan(point)}";
    }

    public bool Equals(Number other) => _exponent == other._exponent && _mantissa == other._mantissa;

    public override bool Equals(object? obj) => obj is Number other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_mantissa, _exponent);

    public int CompareTo(Number other)
    {
        var (a, b, _) = Align(this, other);
        return a.CompareTo(b);
    }

    public static bool operator ==(Number left, Number right) => left.Equals(right);

    public static bool operator !=(Number left, Number right) => !left.Equals(right);

    public static bool operator <(Number left, Number right) => left.CompareTo(right) < 0;

    public static bool operator >(Number left, Number right) => left.CompareTo(right) > 0;

    public static bool operator <=(Number left, Number right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Number left, Number right) => left.CompareTo(right) >= 0;

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private static int DigitCount(BigInteger value)
    {
        if (value.IsZero)
        {
            return 1;
        }

        // The logarithm is a double: next to a power of ten it may be one off.
        var magnitude = BigInteger.Abs(value);
        var digits = (int)BigInteger.Log10(magnitude) + 1;
        return magnitude >= BigInteger.Pow(Ten, digits) ? digits + 1
            : magnitude < BigInteger.Pow(Ten, digits - 1) ? digits - 1
            : digits;
    }

    private static (BigInteger Left, BigInteger Right, int Exponent) Align(Number left, Number right)
    {
        var exponent = Math.Min(left._exponent, right._exponent);
        return (Scale(left), Scale(right), exponent);

        BigInteger Scale(Number n) => n._exponent == exponent ? n._mantissa : n._mantissa * BigInteger.Pow(Ten, n._exponent - exponent);
    }

    /// <summary>The quotient was cut and is not exact, so a rest of exactly one half stands for slightly more: away from zero is nearest.</summary>
    private static Number? Round(BigInteger quotient, int exponent)
    {
        var surplus = DigitCount(quotient) - QuotientDigits;
        return Normalize(RoundAt(quotient, surplus), exponent + surplus);
    }

    /// <summary>The number without its last digits, rounded half away from zero.</summary>
    private static BigInteger RoundAt(BigInteger value, int digits)
    {
        var unit = BigInteger.Pow(Ten, digits);
        var kept = BigInteger.DivRem(value, unit, out var rest);
        return BigInteger.Abs(rest) * 2 >= unit ? kept + value.Sign : kept;
    }

    private static Number? Normalize(BigInteger mantissa, int exponent)
    {
        if (mantissa.IsZero)
        {
            return Zero;
        }

        while (mantissa.IsEven)
        {
            var shorter = BigInteger.DivRem(mantissa, Ten, out var remainder);
            if (!remainder.IsZero)
            {
                break;
            }

            mantissa = shorter;
            exponent++;
        }

        if (mantissa.GetBitLength() < 64 && Math.Abs(exponent) < Limit - 20)
        {
            return new Number(mantissa, exponent);
        }

        var digits = DigitCount(mantissa);
        return digits <= Limit && digits + exponent <= Limit && exponent >= -Limit ? new Number(mantissa, exponent) : null;
    }
}
