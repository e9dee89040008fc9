namespace Kolumn.Language;

/// <summary>
/// A stretch of source text: two offsets, from which line and column are worked out when somebody asks.
/// The default value is "nowhere", which is what synthesised values have.
/// </summary>
/// <param name="Source">The file, or null for nowhere.</param>
/// <param name="Start">UTF-16 offset of the first character.</param>
/// <param name="End">UTF-16 offset just after the last character.</param>
public readonly record struct SourceRange(SourceText? Source, int Start, int End)
{
    public string Path => Source?.Path ?? "";

    public int StartLine => Source?.LineOf(Start) ?? 0;

    public int StartColumn => Source?.ColumnOf(Start) ?? 0;

    public int EndLine => Source?.LineOf(End) ?? 0;

    /// <summary>The column just after the last character.</summary>
    public int EndColumn => Source?.ColumnOf(End) ?? 0;

    public int Length => End - Start;

    /// <summary>The source text within the range.</summary>
    public string Text => Source is null ? "" : Source.Text[Start..End];

    /// <summary>From the start of this range to the end of the other, both of one file.</summary>
    public SourceRange To(SourceRange other) => this with { End = Math.Max(End, other.End) };

    /// <summary>The empty range just after this one.</summary>
    public SourceRange After() => this with { Start = End };

    public override string ToString() => Source is null ? "" : $"{Path}:{StartLine}:{StartColumn}";
}
