using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace MySqlConnector.Internal;

/// <summary>A date, a point in time or a span of time in the parts in which servers speak of them: zero dates and 838 hours are values there.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct Temporal(int Year, int Month, int Day, int Hour, int Minute, int Second, int Microsecond, bool IsNegative)
{
    /// <summary>0000-00-00, or a date with a zero in it.</summary>
    public readonly bool IsZeroDate => Year == 0 || Month == 0 || Day == 0;

    /// <exception cref="FormatException">It is no date as servers write them.</exception>
    public static Temporal ParseDate(ReadOnlySpan<byte> text)
    {
        // YYYY-MM-DD[ hh:mm:ss[.ffffff]]
        if (text.Length < 10 || text[4] != '-' || text[7] != '-')
        {
            throw NotUnderstood(text);
        }

        var date = new Temporal(Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10]), 0, 0, 0, 0, false);
        if (text.Length == 10)
        {
            return date;
        }

        var time = ParseTime(text[11..]);
        return date with { Hour = time.Hour, Minute = time.Minute, Second = time.Second, Microsecond = time.Microsecond };
    }

    /// <exception cref="FormatException">It is no time as servers write them.</exception>
    public static Temporal ParseTime(ReadOnlySpan<byte> text)
    {
        // [-]h+:mm:ss[.ffffff]
        var negative = text.Length > 0 && text[0] == '-';
        var rest = negative ? text[1..] : text;
        var colon = rest.IndexOf((byte)':');
        if (colon < 1 || rest.Length < colon + 6 || rest[colon + 3] != ':')
        {
            throw NotUnderstood(text);
        }

        var fraction = rest.Length > colon + 7 ? rest[(colon + 7)..] : default;
        var microsecond = fraction.IsEmpty ? 0 : Digits(fraction);
        for (var digits = fraction.Length; digits is > 0 and < 6; digits++)
        {
            microsecond *= 10;
        }

        return new Temporal(
            0, 0, 0, Digits(rest[..colon]), Digits(rest.Slice(colon + 1, 2)), Digits(rest.Slice(colon + 4, 2)), microsecond, negative);
    }

    /// <exception cref="InvalidCastException">A zero date, which is no <see cref="DateTime"/>.</exception>
    public readonly DateTime ToDateTime() =>
        IsZeroDate
            ? throw new InvalidCastException("Unable to convert MySQL date/time value to System.DateTime: it is a zero date. ConvertZeroDateTime or AllowZeroDateTime in the connection string allow it.")
            : new DateTime(Year, Month, Day, Hour, Minute, Second).AddTicks(Microsecond * TimeSpan.TicksPerMicrosecond);

    public readonly TimeSpan ToTimeSpan()
    {
        var span = new TimeSpan(Day, Hour, Minute, Second).Add(TimeSpan.FromTicks(Microsecond * TimeSpan.TicksPerMicrosecond));
        return IsNegative ? -span : span;
    }

    private static int Digits(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int value, out var used) && used == text.Length && value >= 0 ? value : throw NotUnderstood(text);

    private static FormatException NotUnderstood(ReadOnlySpan<byte> text) => new($"not a date or time: {System.Text.Encoding.UTF8.GetString(text)}");
}
