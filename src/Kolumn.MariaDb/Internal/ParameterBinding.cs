using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MySqlConnector.Native;

namespace MySqlConnector.Internal;

/// <summary>Values as the library sends them with a prepared statement; their memory is ours until they were sent.</summary>
internal sealed unsafe class ParameterBinding : IDisposable
{
    private readonly NativeBind[] _binds;
    private readonly List<GCHandle> _pinned = [];

    /// <exception cref="NotSupportedException">A value is of a type that no column has.</exception>
    public ParameterBinding(IReadOnlyList<object?> values)
    {
        _binds = GC.AllocateArray<NativeBind>(values.Count, pinned: true);
        for (var i = 0; i < values.Count; i++)
        {
            Bind(ref _binds[i], values[i]);
        }
    }

    public NativeBind* Binds => (NativeBind*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_binds));

    public void Dispose()
    {
        _pinned.ForEach(handle => handle.Free());
        _pinned.Clear();
    }

    private void Bind(ref NativeBind bind, object? value)
    {
        switch (value)
        {
            case null or DBNull:
                bind.BufferType = (int)FieldType.Null;
                break;
            case bool flag:
                Bind(ref bind, FieldType.LongLong, BitConverter.GetBytes(flag ? 1L : 0L));
                break;
            case ulong or uint or ushort or byte:
                Bind(ref bind, FieldType.LongLong, BitConverter.GetBytes(Convert.ToUInt64(value, CultureInfo.InvariantCulture)));
                bind.IsUnsigned = 1;
                break;
            case long or int or short or sbyte or Enum:
                Bind(ref bind, FieldType.LongLong, BitConverter.GetBytes(Convert.ToInt64(value, CultureInfo.InvariantCulture)));
                break;
            case float single:
                Bind(ref bind, FieldType.Float, BitConverter.GetBytes(single));
                break;
            case double number:
                Bind(ref bind, FieldType.Double, BitConverter.GetBytes(number));
                break;
            case decimal number:
                Bind(ref bind, FieldType.NewDecimal, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
                break;
            case MySqlDecimal number:
                Bind(ref bind, FieldType.NewDecimal, Encoding.ASCII.GetBytes(number.ToString()));
                break;
            case string text:
                Bind(ref bind, FieldType.VarString, Encoding.UTF8.GetBytes(text));
                break;
            case char character:
                Bind(ref bind, FieldType.VarString, Encoding.UTF8.GetBytes([character]));
                break;
            case Guid guid:
                Bind(ref bind, FieldType.VarString, Encoding.ASCII.GetBytes(guid.ToString()));
                break;
            case byte[] bytes:
                Bind(ref bind, FieldType.Blob, bytes);
                break;
            case ReadOnlyMemory<byte> bytes:
                Bind(ref bind, FieldType.Blob, bytes.ToArray());
                break;
            case DateTime time:
                Bind(ref bind, FieldType.DateTime, At(time));
                break;
            case DateTimeOffset time:
                Bind(ref bind, FieldType.DateTime, At(time.UtcDateTime));
                break;
            case DateOnly date:
                Bind(ref bind, FieldType.DateTime, At(date.ToDateTime(TimeOnly.MinValue)));
                break;
            case MySqlDateTime time:
                Bind(ref bind, FieldType.DateTime, Time(new Temporal(time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second, time.Microsecond, false), isTime: false));
                break;
            case TimeSpan span:
                Bind(ref bind, FieldType.Time, During(span));
                break;
            case TimeOnly time:
                Bind(ref bind, FieldType.Time, During(time.ToTimeSpan()));
                break;
            default:
                throw new NotSupportedException($"Parameter type {value.GetType().Name} is not supported.");
        }
    }

    private void Bind(ref NativeBind bind, FieldType type, byte[] bytes)
    {
        var handle = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        _pinned.Add(handle);
        bind.BufferType = (int)type;
        bind.Buffer = (void*)handle.AddrOfPinnedObject();
        bind.BufferLength = new CULong((nuint)bytes.Length);

        // The library reads the length from here when there is no pointer to one; the bind itself is pinned.
        bind.LengthValue = new CULong((nuint)bytes.Length);
        bind.Length = &((NativeBind*)Unsafe.AsPointer(ref bind))->LengthValue;
    }

    private static byte[] At(DateTime time) =>
        Time(new Temporal(time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second, (int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), false), isTime: false);

    private static byte[] During(TimeSpan span)
    {
        var length = span.Duration();
        return Time(
            new Temporal(0, 0, length.Days, length.Hours, length.Minutes, length.Seconds, (int)(length.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), span < TimeSpan.Zero),
            isTime: true);
    }

    private static byte[] Time(Temporal value, bool isTime)
    {
        var native = NativeTime.From(value, isTime);
        return MemoryMarshal.AsBytes(new ReadOnlySpan<NativeTime>(in native)).ToArray();
    }
}
