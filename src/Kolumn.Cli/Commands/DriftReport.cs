using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Planning;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Commands;

/// <summary>What is not as recorded, each resource with its differences, and one line that sums it up.</summary>
/// <param name="Resources">Everything recorded.</param>
internal sealed record DriftReport(IReadOnlyList<RecordedDrift> Resources) : IReport
{
    public string ToText(Palette palette, int width)
    {
        var text = new StringBuilder();
        var moved = Resources.Where(r => r.Status != DriftStatuses.InSync).ToList();
        if (moved.Count > 0)
        {
            text.Append(palette.Strong(PlanText.DriftHeading)).Append("\n\n");
        }

        foreach (var resource in moved)
        {
            var (paint, word) = resource.Status == DriftStatuses.Missing
                ? ((Func<string, string>)palette.Delete, "- missing")
                : (palette.Update, "~ drift");
            text.Append("  ").Append(paint(word.PadRight(PlanText.Indent - 2))).Append(palette.Strong(Printable.Line(resource.Address))).Append('\n');
            if (resource.Changes.Count > 0)
            {
                new AttributeText(palette, width, PlanText.Indent).AppendAll(text, resource.Changes);
            }
        }

        return text.Append(moved.Count > 0 ? "\n" : "").Append(Summary(moved.Count, palette)).Append('\n').ToString();
    }

    public void AddTo(JsonObject document)
    {
        document["has_drift"] = Resources.Any(r => r.Status != DriftStatuses.InSync);
        document["summary"] = new JsonObject
        {
            ["recorded"] = Resources.Count,
            ["in_sync"] = Count(DriftStatuses.InSync),
            ["drifted"] = Count(DriftStatuses.Drifted),
            ["missing"] = Count(DriftStatuses.Missing),
        };
        document["resources"] = new JsonArray([.. Resources.Select(ToJson)]);
    }

    private int Count(string status) => Resources.Count(r => r.Status == status);

    private string Summary(int moved, Palette palette) => (Resources.Count, moved) switch
    {
        (0, _) => "Nothing is recorded yet.",
        (var all, 0) => $"{palette.Strong("No drift.")} {string.Create(CultureInfo.InvariantCulture, $"Resources as recorded: {all}.")}",
        var (all, some) => $"{palette.Strong("Drift:")} {palette.Update(string.Create(CultureInfo.InvariantCulture, $"{some} of {all} recorded resources"))}. kolumn plan shows what apply would do about it.",
    };

    private static JsonNode ToJson(RecordedDrift resource)
    {
        // A resource of the protocol spells the changes; only its drift is of interest.
        var spelled = PayloadJson.ToNode(new PlanResponse { Resources = [new PlannedResource { Drift = PlanReport.Redact(resource.Changes) }] })!;
        return new JsonObject
        {
            ["address"] = resource.Address,
            ["provider"] = resource.Instance,
            ["status"] = resource.Status,
            ["drift"] = spelled["resources"]![0]!["drift"]?.DeepClone(),
        };
    }
}
