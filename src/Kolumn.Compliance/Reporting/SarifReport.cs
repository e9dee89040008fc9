using System.Text.Json.Nodes;
using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Reporting;

/// <summary>SARIF 2.1.0, as code scanning reads it: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html</summary>
public static class SarifReport
{
    public static JsonObject Write(VerificationReport report)
    {
        var rules = report.Findings.Select(f => f.Rule).Distinct().ToList();
        return new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject { ["driver"] = new JsonObject { ["name"] = "kolumn verify", ["rules"] = new JsonArray([.. rules.Select(r => (JsonNode)Of(r))]) } },
                ["results"] = new JsonArray([.. report.Findings.Select(f => (JsonNode)Of(f, rules.IndexOf(f.Rule), report.Executable))]),
            }),
        };
    }

    private static JsonObject Of(Rule rule) => new()
    {
        ["id"] = rule.Id,
        ["shortDescription"] = Text($"A provider {rule.Demand}."),
        ["fullDescription"] = Text(rule.How),
        ["help"] = Text(rule.Fix),
        ["defaultConfiguration"] = new JsonObject { ["level"] = rule.Requirement == Requirement.Must ? "error" : "warning" },
        ["properties"] = new JsonObject { ["clause"] = rule.Clause, ["requirement"] = ReportText.Word(rule.Requirement), ["level"] = ReportText.Word(rule.Level) },
    };

    private static JsonObject Of(Finding finding, int rule, string executable) => new()
    {
        ["ruleId"] = finding.Rule.Id,
        ["ruleIndex"] = rule,
        ["kind"] = finding.Verdict switch { Verdict.Passed => "pass", Verdict.Failed => "fail", Verdict.Skipped => "notApplicable", _ => "open" },
        ["level"] = finding.Verdict != Verdict.Failed ? "none" : finding.IsMiss ? "error" : "warning",
        ["message"] = Text(finding.What.Length > 0 ? $"{ReportText.Place(finding)}: {finding.What}" : $"{ReportText.Place(finding)}: {ReportText.Word(finding.Verdict)}"),
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject { ["artifactLocation"] = new JsonObject { ["uri"] = executable.Replace('\\', '/') } },
        }),
        ["properties"] = new JsonObject { ["sent"] = finding.Sent, ["received"] = finding.Received },
    };

    private static JsonObject Text(string text) => new() { ["text"] = text };
}
