using System.Globalization;
using System.Text;
using Kolumn.Protocol;

namespace Kolumn.Cli.Rendering;

/// <summary>
/// A diagnostic for people: what, where, the line with a caret under what is meant, and what to do.
/// <code>
/// Error: Unknown attribute "colour"
///   main.kl:3:3, sqlite_table.users
///     3 |   colour = "red"
///       |   ^^^^^^
///   A table has no such attribute. Did you mean "columns"?
/// </code>
/// </summary>
internal static class DiagnosticText
{
    /// <summary>Of a longer source line only the part around the caret is shown.</summary>
    private const int MaxLineWidth = 120;

    /// <summary>All of them, each followed by an empty line; errors last, where they are read first.</summary>
    public static string Render(IEnumerable<Diagnostic> diagnostics, Palette palette)
    {
        var text = new StringBuilder();
        foreach (var diagnostic in diagnostics.OrderByDescending(d => d.Severity))
        {
            Append(text, diagnostic, palette);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Diagnostic diagnostic, Palette palette)
    {
        var word = diagnostic.Severity switch
        {
            Severity.Error => palette.Error("Error"),
            Severity.Warning => palette.Warning("Warning"),
            _ => palette.Adopt("Note"),
        };
        text.Append(word).Append(": ").Append(palette.Strong(Printable.Line(diagnostic.Summary))).Append('\n');
        var subject = Subject(diagnostic);
        if (subject.Length > 0)
        {
            text.Append("  ").Append(palette.Faint(subject)).Append('\n');
        }

        if (diagnostic.Place is { LineText.Length: > 0 } place)
        {
            AppendSource(text, place, diagnostic.Severity == Severity.Error ? palette.Delete : palette.Update, palette);
        }

        if (!string.IsNullOrWhiteSpace(diagnostic.Detail))
        {
            text.Append("  ").Append(Printable.Text(diagnostic.Detail.TrimEnd()).ReplaceLineEndings("\n  ")).Append('\n');
        }
    }

    private static string Subject(Diagnostic diagnostic)
    {
        var place = diagnostic.Place is { } p
            ? p.LineText.Length == 0 && p.Line <= 1 ? Printable.Line(p.File) : string.Create(CultureInfo.InvariantCulture, $"{Printable.Line(p.File)}:{p.Line}:{p.Column}")
            : null;
        var attribute = diagnostic.Place is null ? diagnostic.Attribute?.ToString() : null;
        return string.Join(", ", new[] { place, Clean(diagnostic.Address), Clean(attribute) }.Where(s => !string.IsNullOrEmpty(s)));

        static string? Clean(string? s) => s is null ? null : Printable.Line(s);
    }

    private static void AppendSource(StringBuilder text, SourcePlace place, Func<string, string> paint, Palette palette)
    {
        var line = Printable.Line(place.LineText);
        var from = OffsetOf(place.Column, line);
        var to = OffsetOf(place.Column + Math.Max(1, place.Length), line);
        var start = line.Length <= MaxLineWidth ? 0 : Math.Clamp(from - (MaxLineWidth / 4), 0, line.Length);
        var end = Math.Min(line.Length, start + MaxLineWidth);
        to = Math.Clamp(to, from, Math.Max(from, end));
        var number = place.Line.ToString(CultureInfo.InvariantCulture);
        text.Append("  ").Append(palette.Faint(number.PadLeft(4) + " |")).Append(' ').Append(line.AsSpan(start, end - start)).Append('\n');
        text.Append("  ").Append(palette.Faint(new string(' ', Math.Max(4, number.Length)) + " |")).Append(' ');
        foreach (var rune in line[start..from].EnumerateRunes())
        {
            // A tab stays one, so that the caret stands where the eye finds it.
            text.Append(rune.Value == '\t' ? '\t' : ' ');
        }

        text.Append(paint(new string('^', Math.Max(1, line[from..to].EnumerateRunes().Count())))).Append('\n');
    }

    /// <summary>From a 1-based column in Unicode scalar values to an offset in the line.</summary>
    private static int OffsetOf(int column, string line)
    {
        var offset = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (--column <= 0)
            {
                break;
            }

            offset += rune.Utf16SequenceLength;
        }

        return Math.Min(offset, line.Length);
    }
}
