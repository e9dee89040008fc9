using System.Text;

namespace Kolumn.Language;

/// <summary>
/// The text of one `.kl` or `.klvars` file together with the path users know it by and an index of its lines.
/// Offsets are UTF-16 positions in <see cref="Text"/>; lines and columns start at 1 and a column is one Unicode scalar value.
/// </summary>
public sealed class SourceText
{
    /// <summary>The largest file read, in bytes. Whoever needs more than 16 MiB of configuration has named the wrong file.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int[]? _lineStarts;

    /// <summary>Takes text that is already decoded, e.g. of a test, a command line or a template.</summary>
    public SourceText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(text);
        Path = path;
        Text = text;
    }

    /// <summary>As shown to users: relative to where they stand, or a name such as "-var name".</summary>
    public string Path { get; }

    public string Text { get; }

    public int LineCount => LineStarts.Length;

    private int[] LineStarts => _lineStarts ??= IndexLines(Text);

    /// <summary>
    /// Reads a file of at most <see cref="MaxBytes"/>. Text that is larger, contains NUL bytes or is not UTF-8 gives null and one
    /// diagnostic; a byte order mark is dropped. At most the limit and one byte are read from <paramref name="stream"/>.
    /// </summary>
    public static SourceText? Read(string path, Stream stream, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(diagnostics);
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (buffer.Length <= MaxBytes)
        {
            var wanted = (int)Math.Min(chunk.Length, MaxBytes + 1 - buffer.Length);
            var count = stream.Read(chunk, 0, wanted);
            if (count == 0)
            {
                break;
            }

            buffer.Write(chunk, 0, count);
        }

        return FromBytes(path, buffer.GetBuffer().AsSpan(0, (int)buffer.Length), diagnostics);
    }

    /// <summary>Decodes the bytes of a file; see <see cref="Read"/> for what is refused.</summary>
    public static SourceText? FromBytes(string path, ReadOnlySpan<byte> bytes, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var nowhere = new SourceText(path, "").RangeOf(0, 0);
        if (bytes.Length > MaxBytes)
        {
            diagnostics.Error(LanguageCodes.FileTooLarge, nowhere, "File too large",
                $"A configuration file may have at most {MaxBytes / (1024 * 1024)} MiB. Split it, or name the file that was meant.");
            return null;
        }

        if (bytes.Contains((byte)0))
        {
            diagnostics.Error(LanguageCodes.NotText, nowhere, "Not a text file",
                "The file contains NUL bytes, so it is binary or encoded as UTF-16. Configuration is UTF-8 text: save it as such, or name the file that was meant.");
            return null;
        }

        try
        {
            var text = StrictUtf8.GetString(bytes);
            return new SourceText(path, text.StartsWith('\uFEFF') ? text[1..] : text);
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + bytes[..Math.Clamp(e.Index, 0, bytes.Length)].Count((byte)'\n');
            diagnostics.Error(LanguageCodes.NotText, nowhere, "Not UTF-8 text",
                $"The bytes on line {line} are not valid UTF-8. Configuration is UTF-8 text: convert the file, or name the file that was meant.");
            return null;
        }
    }

    public SourceRange RangeOf(int start, int end) => new(this, start, end);

    /// <summary>The line (from 1) that holds the offset.</summary>
    public int LineOf(int offset)
    {
        var index = Array.BinarySearch(LineStarts, offset);
        return index >= 0 ? index + 1 : ~index;
    }

    /// <summary>The column (from 1, in Unicode scalar values) of the offset within its line. A tab is one column.</summary>
    public int ColumnOf(int offset)
    {
        var start = LineStarts[LineOf(offset) - 1];
        var column = 1;
        for (var i = start; i < offset && i < Text.Length; i++)
        {
            if (!(char.IsLowSurrogate(Text[i]) && i > start && char.IsHighSurrogate(Text[i - 1])))
            {
                column++;
            }
        }

        return column;
    }

    /// <summary>The text of a line (from 1) without its line break.</summary>
    public string LineText(int line) => Text[LineStart(line)..LineEnd(line)];

    /// <summary>The offset at which a line (from 1) starts.</summary>
    public int LineStart(int line) => LineStarts[line - 1];

    /// <summary>The offset just after the last character of a line (from 1), before its line break.</summary>
    public int LineEnd(int line)
    {
        var end = line < LineStarts.Length ? LineStarts[line] - 1 : Text.Length;
        return end > LineStarts[line - 1] && end < Text.Length && Text[end - 1] == '\r' ? end - 1 : end;
    }

    private static int[] IndexLines(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            starts.Add(i + 1);
        }

        return [.. starts];
    }
}
