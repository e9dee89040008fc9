using Kolumn.Language;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>From ranges in a text to places that can be shown when the text is gone.</summary>
internal static class SourcePlaces
{
    /// <summary>How much of a line is kept: a file may be a single one of 16 MiB.</summary>
    private const int MaxLineLength = 500;

    public static SourcePlace? Of(SourceRange range)
    {
        if (range.Source is not { } source)
        {
            return null;
        }

        var line = range.StartLine;
        var text = source.LineText(line);
        var length = Math.Min(range.End, source.LineEnd(line)) - range.Start;
        return new SourcePlace(
            source.Path, line, range.StartColumn, Math.Max(1, length), text.Length > MaxLineLength ? text[..MaxLineLength] : text);
    }

    public static Diagnostic ToDiagnostic(this LanguageDiagnostic found) => new()
    {
        Severity = found.Severity == LanguageSeverity.Error ? Severity.Error : Severity.Warning,
        Code = found.Code,
        Summary = found.Summary,
        Detail = found.Detail,
        Place = Of(found.Subject),
    };

    public static void AddRange(this DiagnosticList diagnostics, IEnumerable<LanguageDiagnostic> found) =>
        diagnostics.AddRange(found.Select(ToDiagnostic));

    public static void Error(this DiagnosticList diagnostics, string code, SourceRange place, string summary, string detail) =>
        diagnostics.Add(Diagnostic.Error(code, summary, detail) with { Place = Of(place) });

    public static void Warning(this DiagnosticList diagnostics, string code, SourceRange place, string summary, string detail) =>
        diagnostics.Add(Diagnostic.Warning(code, summary, detail) with { Place = Of(place) });
}
