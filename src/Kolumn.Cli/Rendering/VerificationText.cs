using System.Globalization;
using System.Text;
using Kolumn.Compliance;
using Kolumn.Compliance.Reporting;

namespace Kolumn.Cli.Rendering;

/// <summary>A verification for people: what is wrong first to last, what was not asked, and the level.</summary>
internal static class VerificationText
{
    public static string Of(VerificationReport report, Palette palette)
    {
        var text = new StringBuilder();
        foreach (var finding in report.Findings.Where(f => f.Verdict is Verdict.Failed or Verdict.Unknown))
        {
            var word = finding.Verdict == Verdict.Unknown ? palette.Faint("unknown") : finding.IsMiss ? palette.Error("missed") : palette.Warning("warning");
            text.Append(CultureInfo.InvariantCulture, $"{word}  {palette.Strong(Printable.Line(ReportText.Place(finding)))}  {ReportText.Word(finding.Rule.Requirement)}, {Clause(finding)}\n");
            Line(text, "", finding.What);
            if (finding.Verdict == Verdict.Failed)
            {
                Line(text, "demand  ", $"A provider {finding.Rule.Demand}.");
                Line(text, "sent    ", finding.Sent);
                Line(text, "got     ", finding.Received);
                Line(text, "fix     ", finding.Rule.Fix + ".");
            }

            text.Append('\n');
        }

        foreach (var skipped in report.Findings.Where(f => f.Verdict == Verdict.Skipped).GroupBy(f => f.What))
        {
            text.Append(CultureInfo.InvariantCulture, $"{palette.Faint("skipped")}  {string.Join(", ", skipped.Select(f => Printable.Line(ReportText.Place(f))))}: {Printable.Line(skipped.Key)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{Printable.Line(ReportText.Provider(report))}: {ReportText.Summary(report)}, in {report.Duration.TotalSeconds:0.0} s.\n");
        return text.Append(CultureInfo.InvariantCulture, $"{palette.Strong(ReportText.Level(report))}\n").ToString();
    }

    private static string Clause(Finding finding) => char.IsAsciiDigit(finding.Rule.Clause[0]) ? $"specification {finding.Rule.Clause}" : finding.Rule.Clause;

    private static void Line(StringBuilder text, string label, string? content)
    {
        if (!string.IsNullOrEmpty(content))
        {
            text.Append("    ").Append(label).Append(Printable.Line(content.ReplaceLineEndings(" "))).Append('\n');
        }
    }
}
