using System.Globalization;
using System.Text;
using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Reporting;

/// <summary>For a pull request or a README.</summary>
public static class MarkdownReport
{
    public static string Write(VerificationReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {ReportText.Provider(report)}\n\n{ReportText.Level(report)}\n\n{ReportText.Summary(report)}.\n");
        foreach (var finding in report.Findings.Where(f => f.Verdict is Verdict.Failed or Verdict.Unknown))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {ReportText.Place(finding)} ({ReportText.Word(finding.Rule.Requirement)}, {ReportText.Word(finding.Verdict)})\n\n");
            text.Append(CultureInfo.InvariantCulture, $"{Cell(finding.What)}\n\n- A provider {finding.Rule.Demand} ({finding.Rule.Clause}).\n- {finding.Rule.Fix}.\n");
            if (finding.Sent is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n```\n> {Code(finding.Sent)}\n< {Code(finding.Received ?? "")}\n```\n");
            }
        }

        text.Append("\n| rule | on | |\n|---|---|---|\n");
        foreach (var finding in report.Findings)
        {
            var why = finding.Verdict == Verdict.Skipped ? $": {Cell(finding.What)}" : "";
            text.Append(CultureInfo.InvariantCulture, $"| `{finding.Rule.Id}` | {Cell(finding.Subject)} | {ReportText.Word(finding.Verdict)}{why} |\n");
        }

        return text.ToString();
    }

    /// <summary>The table of docs/verify.md.</summary>
    public static string OfRules()
    {
        var text = new StringBuilder("| rule | | level | a provider | how it is found out | clause |\n|---|---|---|---|---|---|\n");
        foreach (var rule in RuleTable.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{rule.Id}` | {ReportText.Word(rule.Requirement)} | {ReportText.Word(rule.Level)} | {Cell(rule.Demand)} | {Cell(rule.How)} | {Cell(rule.Clause)} |\n");
        }

        return text.ToString();
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Code(string text) => text.ReplaceLineEndings(" ").Replace("```", "'''", StringComparison.Ordinal);
}
