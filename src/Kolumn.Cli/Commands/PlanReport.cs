using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Planning;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Commands;

/// <summary>A plan to look at.</summary>
/// <param name="File">Where it was saved; null when it was not.</param>
internal sealed record PlanReport(ProjectPlan Plan, PlanTextOptions Options, string? File = null) : IReport
{
    public string ToText(Palette palette, int width)
    {
        var text = PlanText.Render(Plan, palette, width, Options);
        return File is null ? text : $"{text}\nSaved as {File}. To do exactly this: kolumn apply {File}\n";
    }

    public void AddTo(JsonObject document)
    {
        var counts = Plan.Counts;
        document["changes_pending"] = Plan.HasChanges;
        document["destroy"] = Plan.IsDestroy;
        document["summary"] = new JsonObject
        {
            ["create"] = counts.Create,
            ["change"] = counts.Update,
            ["replace"] = counts.Replace,
            ["destroy"] = counts.Delete,
            ["adopt"] = counts.Adopt,
            ["unchanged"] = counts.Unchanged,
            ["drifted"] = counts.Drifted,
            ["deferred"] = counts.Deferred,
        };
        document["needs_allowed"] = new JsonArray([.. Plan.Destructive.Select(d => d.Hazard.Name).Distinct().Select(n => (JsonNode)n)]);
        document["resources"] = new JsonArray([.. Plan.Batches.SelectMany(b => b.Plan.Operations.Select(o => Resource(b.Instance, o)))]);
        document["deferred"] = new JsonArray([.. Plan.Deferred.Select(Deferred)]);
        document["outputs"] = new JsonObject(Plan.Outputs.Select(o => KeyValuePair.Create(o.Name, (JsonNode?)Output(o))));
        if (File is not null)
        {
            document["plan_file"] = File;
        }
    }

    /// <summary>A planned resource as the protocol writes it, and who it belongs to; what is sensitive stays unsaid whoever sent it.</summary>
    private static JsonNode Resource(string instance, PlannedResource resource)
    {
        var json = PayloadJson.ToNode(resource with { Changes = Redact(resource.Changes), Drift = Redact(resource.Drift) })!.AsObject();
        json["provider"] = instance;
        return json;
    }

    /// <summary>The changes without values that must not be seen.</summary>
    public static Dictionary<string, AttributeChange>? Redact(IReadOnlyDictionary<string, AttributeChange>? changes) => changes?.ToDictionary(
        c => c.Key, c => c.Value.Sensitive ? c.Value with { OldValue = Hidden(c.Value.OldValue), NewValue = Hidden(c.Value.NewValue) } : c.Value);

    private static JsonNode? Hidden(JsonNode? value) => value is null ? null : ValueText.Sensitive;

    private static JsonNode Deferred(DeferredResource resource) => new JsonObject
    {
        ["address"] = resource.Address,
        ["provider"] = resource.Instance,
        ["action"] = resource.Action,
        ["unknown_attributes"] = new JsonArray([.. resource.UnknownAttributes.Select(a => (JsonNode?)a)]),
    };

    private static JsonObject Output(PlannedOutput output) => new()
    {
        ["action"] = output.Action,
        ["sensitive"] = output.IsSensitive,
        ["known"] = output.IsKnown,
        ["value"] = output.Value?.DeepClone(),
    };
}
