using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MySqlConnector.Internal;

/// <summary>One value that is not NULL, and what it can be read as.</summary>
internal readonly ref struct Cell(Column column, ReadOnlySpan<byte> bytes, bool isBinary, SessionOptions options)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>As the column's own type.</summary>
    public object Read() => column.Kind switch
    {
        ColumnKind.Boolean => Integer() != 0,
        ColumnKind.SByte => (sbyte)Integer(),
        ColumnKind.Byte => (byte)Integer(),
        ColumnKind.Int16 => (short)Integer(),
        ColumnKind.UInt16 => (ushort)Integer(),
        ColumnKind.Int32 => (int)Integer(),
        ColumnKind.UInt32 => (uint)Integer(),
        ColumnKind.Int64 => Integer(),
        ColumnKind.UInt64 or ColumnKind.Bit => Unsigned(),
        ColumnKind.Single => isBinary ? BinaryValue.Single(_bytes) : (float)Floating(),
        ColumnKind.Double => Floating(),
        ColumnKind.Decimal => Decimal(),
        ColumnKind.Date or ColumnKind.DateTime => options.AllowZeroDateTime ? new MySqlDateTime(Temporal()) : DateTime(),
        ColumnKind.Time => Temporal().ToTimeSpan(),
        ColumnKind.Guid => Guid(),
        ColumnKind.Bytes => _bytes.ToArray(),
        _ => Text(),
    };

    /// <summary>Any integer type that fits.</summary>
    /// <exception cref="OverflowException">It does not.</exception>
    /// <exception cref="InvalidCastException">The column holds no numbers.</exception>
    public long Integer() => column.Kind switch
    {
        ColumnKind.UInt64 or ColumnKind.Bit => checked((long)Unsigned()),
        ColumnKind.Decimal => (long)Decimal(),
        _ when !IsInteger => throw Mismatch("an integer"),
        _ when isBinary => BinaryValue.Integer(_bytes),
        _ => Utf8Parser.TryParse(_bytes, out long value, out var used) && used == _bytes.Length ? value : throw Malformed(),
    };

    /// <exception cref="OverflowException">It is negative.</exception>
    /// <exception cref="InvalidCastException">The column holds no numbers.</exception>
    public ulong Unsigned() => column.Kind switch
    {
        ColumnKind.Bit => Bits(),
        ColumnKind.Decimal => (ulong)Decimal(),
        not ColumnKind.UInt64 => checked((ulong)Integer()),
        _ when isBinary => BinaryValue.Unsigned(_bytes),
        _ => Utf8Parser.TryParse(_bytes, out ulong value, out var used) && used == _bytes.Length ? value : throw Malformed(),
    };

    /// <exception cref="InvalidCastException">The column holds no numbers.</exception>
    public double Floating() => column.Kind switch
    {
        ColumnKind.Decimal => (double)Decimal(),
        ColumnKind.Single when isBinary => BinaryValue.Single(_bytes),
        ColumnKind.Double when isBinary => BinaryValue.Double(_bytes),
        ColumnKind.Single or ColumnKind.Double => Utf8Parser.TryParse(_bytes, out double value, out var used) && used == _bytes.Length ? value : throw Malformed(),
        _ => Integer(),
    };

    /// <exception cref="OverflowException">It has more digits than a <see cref="decimal"/>.</exception>
    /// <exception cref="InvalidCastException">The column holds no numbers.</exception>
    public decimal Decimal() => column.Kind switch
    {
        ColumnKind.Decimal => decimal.Parse(_bytes, NumberStyles.Float, CultureInfo.InvariantCulture),
        ColumnKind.Single or ColumnKind.Double => (decimal)Floating(),
        ColumnKind.UInt64 or ColumnKind.Bit => Unsigned(),
        _ => Integer(),
    };

    /// <exception cref="InvalidCastException">The column holds no decimals.</exception>
    public MySqlDecimal ExactDecimal() => column.Kind == ColumnKind.Decimal ? new MySqlDecimal(Encoding.UTF8.GetString(_bytes)) : throw Mismatch("a decimal");

    /// <exception cref="InvalidCastException">The column holds no dates, or this is a zero date.</exception>
    public DateTime DateTime()
    {
        var value = Temporal();
        return column.Kind == ColumnKind.Time ? throw Mismatch("a date")
            : value.IsZeroDate && options.ConvertZeroDateTime ? System.DateTime.MinValue
            : value.ToDateTime();
    }

    /// <exception cref="InvalidCastException">The column holds no dates or times.</exception>
    public Temporal Temporal() => column.Kind switch
    {
        not (ColumnKind.Date or ColumnKind.DateTime or ColumnKind.Time) => throw Mismatch("a date or time"),
        _ when isBinary => MemoryMarshal.Read<Temporal>(_bytes),
        ColumnKind.Time => Internal.Temporal.ParseTime(_bytes),
        _ => Internal.Temporal.ParseDate(_bytes),
    };

    /// <exception cref="InvalidCastException">The column holds no text.</exception>
    public string Text() => column.Kind is ColumnKind.Text or ColumnKind.Guid ? Encoding.UTF8.GetString(_bytes) : throw Mismatch("text");

    /// <exception cref="InvalidCastException">The column holds something else.</exception>
    public Guid Guid() => column.Kind is ColumnKind.Text or ColumnKind.Guid && System.Guid.TryParse(_bytes, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw Mismatch("a Guid");

    private bool IsInteger => column.Kind is >= ColumnKind.Boolean and <= ColumnKind.Bit;

    // BIT comes most significant byte first, as few bytes as the column needs, by text and prepared alike.
    private ulong Bits()
    {
        Span<byte> all = stackalloc byte[8];
        all.Clear();
        _bytes.CopyTo(all[(8 - _bytes.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(all);
    }

    private InvalidCastException Mismatch(string wanted) => new($"Column {column.Name} is {column.TypeName}, not {wanted}.");

    private FormatException Malformed() => new($"Column {column.Name}: not a {column.TypeName}: {Encoding.UTF8.GetString(_bytes)}");
}
