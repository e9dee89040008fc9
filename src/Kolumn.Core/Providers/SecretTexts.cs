using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Providers;

/// <summary>
/// The sensitive texts of a run. Whatever a provider answers passes through here before it is shown or kept, since a provider
/// does not know which of its attributes' values came from something marked sensitive. Safe for concurrent use.
/// </summary>
internal sealed class SecretTexts
{
    private const string Shown = "(sensitive value)";

    /// <summary>Shorter ones would turn every other word into a riddle, and are no secret worth the name.</summary>
    private const int Shortest = 4;

    private volatile string[] _texts = [];

    public void Add(IEnumerable<string> texts) =>
        _texts = [.. _texts.Concat(texts.Where(t => t.Length >= Shortest)).Distinct(StringComparer.Ordinal).OrderByDescending(t => t.Length)];

    public string Hide(string text)
    {
        foreach (var secret in _texts)
        {
            text = text.Replace(secret, Shown, StringComparison.Ordinal);
        }

        return text;
    }

    public Diagnostic Hide(Diagnostic diagnostic) => _texts.Length == 0 ? diagnostic : diagnostic with
    {
        Summary = Hide(diagnostic.Summary),
        Detail = diagnostic.Detail is null ? null : Hide(diagnostic.Detail),
        Place = diagnostic.Place is null ? null : diagnostic.Place with { LineText = Hide(diagnostic.Place.LineText) },
    };

    public RuntimePlan Hide(RuntimePlan plan) => _texts.Length == 0 ? plan : plan with
    {
        Operations = [.. plan.Operations.Select(Hide)],
        Diagnostics = [.. plan.Diagnostics.Select(Hide)],
    };

    private PlannedResource Hide(PlannedResource planned) => planned with
    {
        Changes = Hide(planned.Changes),
        Drift = Hide(planned.Drift),
        Reason = planned.Reason is null ? null : Hide(planned.Reason),
        Statements = planned.Statements?.Select(Hide).ToList(),
        RollbackStatements = planned.RollbackStatements?.Select(Hide).ToList(),
        Warnings = planned.Warnings?.Select(Hide).ToList(),
        Hazards = planned.Hazards?.Select(h => h with { Detail = Hide(h.Detail) }).ToList(),
    };

    private Dictionary<string, AttributeChange>? Hide(IReadOnlyDictionary<string, AttributeChange>? changes) => changes?.ToDictionary(
        c => c.Key, c => c.Value with { OldValue = Hide(c.Value.OldValue), NewValue = Hide(c.Value.NewValue) }, StringComparer.Ordinal);

    private JsonNode? Hide(JsonNode? value) => value switch
    {
        JsonObject members => new JsonObject(members.Select(m => new KeyValuePair<string, JsonNode?>(m.Key, Hide(m.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(Hide)]),
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => JsonValue.Create(Hide(text)),
        _ => value?.DeepClone(),
    };
}
