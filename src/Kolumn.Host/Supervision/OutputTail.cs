namespace Kolumn.Host.Supervision;

/// <summary>The last lines of a stream, for the report of a failure. Safe for one writer and any reader.</summary>
internal sealed class OutputTail
{
    public const int Lines = 20;
    public const int LineLength = 400;

    private readonly Lock _gate = new();
    private readonly byte[][] _lines = new byte[Lines][];
    private readonly int[] _lengths = new int[Lines];
    private long _count;

    public void Add(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            var slot = (int)(_count++ % Lines);
            var kept = line[..Math.Min(line.Length, LineLength)];
            kept.CopyTo(_lines[slot] ??= new byte[LineLength]);
            _lengths[slot] = kept.Length;
        }
    }

    /// <summary>Oldest first, neutralised and scrubbed.</summary>
    public IReadOnlyList<string> Read(SecretScrubber secrets)
    {
        lock (_gate)
        {
            var kept = (int)Math.Min(_count, Lines);
            return
            [
                .. Enumerable.Range(0, kept).Select(i =>
                {
                    var slot = (int)((_count - kept + i) % Lines);
                    return secrets.Scrub(TerminalText.Neutralise(_lines[slot].AsSpan(0, _lengths[slot])));
                }),
            ];
        }
    }
}
