namespace MySqlConnector.Internal;

/// <summary>
/// Some rows of a result, copied out of the library: their values one after the other, and where each ends. What a result needs in memory is
/// bounded by this, not by the result.
/// </summary>
internal sealed class RowChunk(int columns)
{
    public const int EnoughBytes = 256 * 1024;
    private const int EnoughRows = 4096;

    private byte[] _bytes = new byte[256];
    private int _used;

    // Where each value begins; its length, or -1 for NULL.
    private int[] _starts = new int[Math.Max(columns, 1) * 4];
    private int[] _lengths = new int[Math.Max(columns, 1) * 4];
    private int _values;

    public int Rows => columns == 0 ? 0 : _values / columns;

    public int Bytes => _used;

    public bool IsFull => _used >= EnoughBytes || Rows >= EnoughRows;

    /// <summary>Nothing follows after these rows.</summary>
    public bool IsLast { get; set; }

    public bool IsNull(int row, int column) => _lengths[(row * columns) + column] < 0;

    public ReadOnlySpan<byte> Value(int row, int column)
    {
        var at = (row * columns) + column;
        return _bytes.AsSpan(_starts[at], Math.Max(_lengths[at], 0));
    }

    public void Clear() => (_used, _values, IsLast) = (0, 0, false);

    public void AddNull()
    {
        Reserve(0);
        (_starts[_values], _lengths[_values]) = (_used, -1);
        _values++;
    }

    public void Add(ReadOnlySpan<byte> value) => value.CopyTo(Add(value.Length));

    /// <summary>A value to be filled in.</summary>
    public Span<byte> Add(int length)
    {
        Reserve(length);
        (_starts[_values], _lengths[_values]) = (_used, length);
        _values++;
        _used += length;
        return _bytes.AsSpan(_used - length, length);
    }

    private void Reserve(int length)
    {
        if (_values == _starts.Length)
        {
            Array.Resize(ref _starts, _starts.Length * 2);
            Array.Resize(ref _lengths, _lengths.Length * 2);
        }

        if (_bytes.Length - _used < length)
        {
            Array.Resize(ref _bytes, (int)Math.Clamp(Math.Max(_bytes.Length * 2L, (long)_used + length), 0, Array.MaxLength));
        }
    }
}
