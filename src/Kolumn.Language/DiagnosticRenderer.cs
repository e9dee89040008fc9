using System.Globalization;
using System.Text;

namespace Kolumn.Language;

/// <summary>
/// Writes a diagnostic for people: what is wrong, file:line:column, the line with a caret under the subject, and what to do.
/// <code>
/// Error: Unsupported attribute
///   main.kl:3:12
///     3 | name = var.shop.nmae
///       |                ^^^^^
///   This object has no attribute "nmae". Did you mean "name"?
/// </code>
/// </summary>
public static class DiagnosticRenderer
{
    private const int MaxLineWidth = 160;
    private const string Red = "\e[31m";
    private const string Yellow = "\e[33m";
    private const string Bold = "\e[1m";
    private const string Reset = "\e[0m";

    /// <summary>The text of one diagnostic, with a line break at its end; with terminal colours when asked for.</summary>
    public static string Render(LanguageDiagnostic diagnostic, bool useColours = false)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        var text = new StringBuilder();
        var isError = diagnostic.Severity == LanguageSeverity.Error;
        var colour = isError ? Red : Yellow;
        text.Append(Paint(isError ? "Error" : "Warning", colour)).Append(": ").Append(Paint(diagnostic.Summary, Bold)).Append('\n');
        if (diagnostic.Subject.Source is not null)
        {
            text.Append("  ").Append(diagnostic.Subject).Append('\n');
            AppendSource(text, diagnostic.Subject, carets => Paint(carets, colour));
        }

        return text.Append("  ").Append(diagnostic.Detail.ReplaceLineEndings("\n  ")).Append('\n').ToString();

        string Paint(string part, string with) => useColours ? with + part + Reset : part;
    }

    /// <summary>All of them, an empty line between each.</summary>
    public static string Render(IEnumerable<LanguageDiagnostic> diagnostics, bool useColours = false) =>
        string.Join('\n', diagnostics.Select(d => Render(d, useColours)));

    private static void AppendSource(StringBuilder text, SourceRange subject, Func<string, string> paint)
    {
        var source = subject.Source!;
        var line = subject.StartLine;
        var lineStart = source.LineStart(line);
        var content = source.LineText(line);
        if (content.Length == 0)
        {
            return;
        }

        // A long line is shown as a window around the subject.
        var from = Math.Min(subject.Start - lineStart, content.Length);
        var to = Math.Clamp(subject.End - lineStart, from, content.Length);
        var windowStart = content.Length <= MaxLineWidth ? 0 : Math.Max(0, from - (MaxLineWidth / 4));
        var windowEnd = Math.Min(content.Length, windowStart + MaxLineWidth);
        to = Math.Min(to, windowEnd);
        var number = line.ToString(CultureInfo.InvariantCulture);
        text.Append("  ").Append(number.PadLeft(3)).Append(" | ").Append(Printable(content[windowStart..windowEnd])).Append('\n');
        text.Append(' ', Math.Max(3, number.Length) + 2).Append(" | ");
        foreach (var rune in content[windowStart..from].EnumerateRunes())
        {
            text.Append(rune.Value == '\t' ? '\t' : ' ');
        }

        var carets = new string('^', Math.Max(1, content[from..to].EnumerateRunes().Count()));
        text.Append(paint(carets)).Append('\n');
    }

    /// <summary>The line without what would move the cursor or colour the terminal.</summary>
    private static string Printable(string line) =>
        string.Concat(line.Select(c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c));
}
