using System.Text.Json.Nodes;

namespace Kolumn.Compliance.Reporting;

/// <summary>For programs; docs/verify.md names the members.</summary>
public static class JsonReport
{
    public static void AddTo(JsonObject document, VerificationReport report)
    {
        document["provider"] = report.Provider;
        document["provider_version"] = report.Version;
        document["executable"] = report.Executable;
        document["profile"] = report.Profile?.Name;
        document["level"] = report.IsPartial ? null : ReportText.Word(report.Level).ToLowerInvariant();
        document["partial"] = report.IsPartial;
        document["duration_ms"] = (long)report.Duration.TotalMilliseconds;
        document["summary"] = new JsonObject(Enum.GetValues<Verdict>().Select(v => KeyValuePair.Create(ReportText.Word(v), (JsonNode?)JsonValue.Create(report.Findings.Count(f => f.Verdict == v)))));
        document["findings"] = new JsonArray([.. report.Findings.Select(f => (JsonNode)Of(f))]);
    }

    private static JsonObject Of(Finding finding)
    {
        var json = new JsonObject
        {
            ["rule"] = finding.Rule.Id,
            ["clause"] = finding.Rule.Clause,
            ["requirement"] = ReportText.Word(finding.Rule.Requirement),
            ["level"] = ReportText.Word(finding.Rule.Level).ToLowerInvariant(),
            ["verdict"] = ReportText.Word(finding.Verdict),
            ["subject"] = finding.Subject,
        };
        foreach (var (name, value) in ((string, string?)[])[("what", finding.What), ("sent", finding.Sent), ("received", finding.Received)])
        {
            if (!string.IsNullOrEmpty(value))
            {
                json[name] = value;
            }
        }

        if (finding.Verdict == Verdict.Failed)
        {
            json["fix"] = finding.Rule.Fix;
        }

        return json;
    }
}
