namespace Kolumn.Host.Supervision;

/// <summary>
/// The last lines of a stream, for the report of a failure. Of lines that are indented under another one, as the frames of a stack
/// trace are, only the first few count: the line above them, which says what happened, is not pushed out. Safe for one writer
/// and any reader.
/// </summary>
internal sealed class OutputTail
{
    public const int Lines = 20;
    public const int LineLength = 400;
    public const int MostIndented = 5;

    private readonly Lock _gate = new();
    private readonly byte[][] _lines = new byte[Lines][];
    private readonly int[] _lengths = new int[Lines];
    private readonly long[] _omitted = new long[Lines];
    private long _count;
    private int _indented;

    public void Add(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            _indented = line[0] is (byte)' ' or (byte)'\t' ? _indented + 1 : 0;
            if (_indented > MostIndented)
            {
                _indented = MostIndented;
                _omitted[(_count - 1) % Lines]++;
                return;
            }

            var slot = (int)(_count++ % Lines);
            var kept = line[..Math.Min(line.Length, LineLength)];
            kept.CopyTo(_lines[slot] ??= new byte[LineLength]);
            _lengths[slot] = kept.Length;
            _omitted[slot] = 0;
        }
    }

    /// <summary>Oldest first, neutralised and scrubbed.</summary>
    public IReadOnlyList<string> Read(SecretScrubber secrets)
    {
        var lines = new List<string>();
        lock (_gate)
        {
            for (var line = Math.Max(0, _count - Lines); line < _count; line++)
            {
                var slot = (int)(line % Lines);
                lines.Add(secrets.Scrub(TerminalText.Neutralise(_lines[slot].AsSpan(0, _lengths[slot]))));
                if (_omitted[slot] > 0)
                {
                    lines.Add($"   ... {_omitted[slot]} more");
                }
            }
        }

        return lines;
    }
}
