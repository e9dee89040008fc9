using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Core.Applying;

namespace Kolumn.Cli.Commands;

/// <summary>How an apply or a destroy went.</summary>
internal sealed record ApplyOutcomeReport(ApplyReport Report, bool IsDestroy) : IReport
{
    private string Verb => IsDestroy ? "Destroy" : "Apply";

    public string ToText(Palette palette, int width)
    {
        if (Report.Plan is not { } plan)
        {
            return "";
        }

        if (!plan.HasChanges && Report.Success)
        {
            return $"{PlanText.Summary(plan, palette)}\n{Outputs(palette)}";
        }

        if (!Report.Approved)
        {
            return Report.Success ? $"{Verb} turned down: nothing has been changed.\n" : "";
        }

        var counts = Report.Counts;
        var (head, paint) = Report.Success ? ($"{Verb} complete!", (Func<string, string>)palette.Create) : ($"{Verb} failed.", palette.Error);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"\n{palette.Strong(paint(head))} Resources: {counts.Created} added, {counts.Updated} changed, {counts.Deleted} destroyed");
        text += Part(counts.Replaced, "replaced") + Part(counts.Adopted, "adopted") + Part(counts.Failed, "failed") + Part(counts.Skipped, "not changed because of that") + Part(counts.Unknown, "of unknown outcome");
        return $"{text}.\n{Outputs(palette)}{(Report.Success ? "" : "\n")}";

        static string Part(int count, string what) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {count} {what}");
    }

    public void AddTo(JsonObject document)
    {
        var counts = Report.Counts;
        document["approved"] = Report.Approved || Report.Plan is { HasChanges: false };
        document["summary"] = new JsonObject
        {
            ["added"] = counts.Created,
            ["changed"] = counts.Updated,
            ["replaced"] = counts.Replaced,
            ["destroyed"] = counts.Deleted,
            ["adopted"] = counts.Adopted,
            ["unchanged"] = counts.Unchanged,
            ["failed"] = counts.Failed,
            ["skipped"] = counts.Skipped,
            ["unknown"] = counts.Unknown,
        };
        document["results"] = new JsonArray([.. Report.Results.Select(Result)]);
        document["outputs"] = OutputJson.Of(Report.Outputs);
    }

    private string Outputs(Palette palette) => Report.Outputs.Count == 0 ? "" : "\n" + OutputsText.Render(Report.Outputs, palette);

    private static JsonNode Result(ResourceResult result)
    {
        var json = new JsonObject
        {
            ["address"] = result.Address,
            ["provider"] = result.Instance,
            ["action"] = result.Action,
            ["outcome"] = ActionWords.Of(result.Outcome),
            ["duration_ms"] = (long)result.Duration.TotalMilliseconds,
        };
        if (result.Diagnostic is { } diagnostic)
        {
            json["diagnostic"] = DiagnosticJson.Of(diagnostic);
        }

        return json;
    }
}
