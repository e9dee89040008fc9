namespace Kolumn.Host.Supervision;

/// <summary>Receives a line without its line break.</summary>
/// <param name="line">Valid until the method returns.</param>
/// <param name="cut">The bytes that were dropped from the line's end because it is longer than the limit.</param>
internal delegate void LineHandler(ReadOnlySpan<byte> line, long cut);

/// <summary>Cuts bytes into lines in bounded memory. A CR before the LF belongs to the line break.</summary>
internal sealed class LineSplitter(int limit, LineHandler onLine)
{
    private byte[] _buffer = new byte[Math.Min(limit, 1024)];
    private int _length;
    private long _cut;

    /// <summary>The line that has begun and not ended.</summary>
    public ReadOnlySpan<byte> Unfinished => _buffer.AsSpan(0, _length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                Keep(bytes);
                return;
            }

            if (_length == 0 && _cut == 0 && end <= limit)
            {
                onLine(WithoutReturn(bytes[..end]), 0);
            }
            else
            {
                Keep(bytes[..end]);
                Flush();
            }

            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Hands on what is there without a line break, as at the end of a stream.</summary>
    public void Complete()
    {
        if (_length > 0 || _cut > 0)
        {
            Flush();
        }
    }

    private void Flush()
    {
        var (length, cut) = (_length, _cut);
        (_length, _cut) = (0, 0);
        onLine(WithoutReturn(_buffer.AsSpan(0, length)), cut);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Min(bytes.Length, limit - _length);
        if (_length + kept > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(limit, Math.Max(_length + kept, _buffer.Length * 2)));
        }

        bytes[..kept].CopyTo(_buffer.AsSpan(_length));
        _length += kept;
        _cut += bytes.Length - kept;
    }

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => line is [.., (byte)'\r'] ? line[..^1] : line;
}
