using System.Globalization;
using System.Text;
using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Reporting;

/// <summary>What every form of a report says in the same words.</summary>
public static class ReportText
{
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "failed",
        Verdict.Skipped => "skipped",
        _ => "unknown",
    };

    public static string Word(Requirement requirement) => requirement == Requirement.Must ? "MUST" : "SHOULD";

    public static string Word(ComplianceLevel level) => level switch
    {
        ComplianceLevel.Core => "Core",
        ComplianceLevel.Full => "Full",
        ComplianceLevel.Certified => "Certified",
        _ => "none",
    };

    public static string Place(Finding finding) => finding.Subject.Length == 0 ? finding.Rule.Id : $"{finding.Rule.Id} [{finding.Subject}]";

    public static string Provider(VerificationReport report) => report.Version.Length == 0 ? report.Provider : $"{report.Provider} {report.Version}";

    public static string Summary(VerificationReport report)
    {
        var counts = Enum.GetValues<Verdict>().Select(v => (v, Count: report.Findings.Count(f => f.Verdict == v))).Where(c => c.Count > 0);
        return string.Join(", ", counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {Word(c.v)}")));
    }

    /// <summary>What can be said of the level, and what stands in the way of the next one.</summary>
    public static string Level(VerificationReport report)
    {
        if (report.IsPartial)
        {
            return "Only some rules were asked for: no level.";
        }

        var next = report.Level == ComplianceLevel.Certified ? null : Obstacle(report, report.Level + 1);
        var level = report.Level == ComplianceLevel.None ? "No level." : $"Level {Word(report.Level)}.";
        return next is null ? level : $"{level} {Word(report.Level + 1)} would need {next}.";
    }

    private static string Obstacle(VerificationReport report, ComplianceLevel level)
    {
        var obstacles = report.Findings.Where(f => f.Rule.Level <= level && f.Verdict != Verdict.Passed
            && (level == ComplianceLevel.Certified || (f.Rule.Requirement == Requirement.Must && f.Verdict != Verdict.Skipped))).Select(f => f.Rule.Id).Distinct().ToList();
        var text = new StringBuilder(string.Join(", ", obstacles.Take(6)));
        return obstacles.Count > 6 ? text.Append(CultureInfo.InvariantCulture, $" and {obstacles.Count - 6} more").ToString() : text.ToString();
    }
}
