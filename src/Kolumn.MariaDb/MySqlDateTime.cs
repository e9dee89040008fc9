using System.Globalization;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>A date and time that may be a zero date, which <see cref="DateTime"/> cannot hold.</summary>
public readonly record struct MySqlDateTime
{
    private readonly Temporal _value;

    public MySqlDateTime(int year, int month, int day, int hour, int minute, int second, int microsecond) =>
        _value = new Temporal(year, month, day, hour, minute, second, microsecond, false);

    internal MySqlDateTime(Temporal value) => _value = value;

    public int Year => _value.Year;

    public int Month => _value.Month;

    public int Day => _value.Day;

    public int Hour => _value.Hour;

    public int Minute => _value.Minute;

    public int Second => _value.Second;

    public int Microsecond => _value.Microsecond;

    public bool IsValidDateTime => !_value.IsZeroDate;

    /// <exception cref="InvalidCastException">It is a zero date.</exception>
    public DateTime GetDateTime() => _value.ToDateTime();

    /// <summary>As <see cref="DateTime"/> writes itself; a zero date is 0000-00-00.</summary>
    public override string ToString() => IsValidDateTime ? GetDateTime().ToString(CultureInfo.InvariantCulture) : "0000-00-00";
}
