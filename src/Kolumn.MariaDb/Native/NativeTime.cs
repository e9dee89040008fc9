using System.Runtime.InteropServices;
using MySqlConnector.Internal;

namespace MySqlConnector.Native;

/// <summary>MYSQL_TIME.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTime
{
    public uint Year;
    public uint Month;
    public uint Day;
    public uint Hour;
    public uint Minute;
    public uint Second;
    public CULong Microsecond;
    public byte IsNegative;
    public int Kind;

    public static NativeTime From(Temporal value, bool isTime) => new()
    {
        Year = (uint)value.Year,
        Month = (uint)value.Month,
        Day = (uint)value.Day,
        Hour = (uint)value.Hour,
        Minute = (uint)value.Minute,
        Second = (uint)value.Second,
        Microsecond = new CULong((nuint)value.Microsecond),
        IsNegative = (byte)(value.IsNegative ? 1 : 0),
        Kind = isTime ? 2 : 1,
    };

    public readonly Temporal ToTemporal() =>
        new((int)Year, (int)Month, (int)Day, (int)Hour, (int)Minute, (int)Second, (int)Microsecond.Value, IsNegative != 0);
}
