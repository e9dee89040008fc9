using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Internal;

/// <summary>The <c>filters</c> of DiscoverResources; an absent one lets everything through.</summary>
/// <param name="Names">Physical names, plain or as identities.</param>
/// <param name="Schemas">The definition's <c>schema</c>.</param>
/// <param name="States">Recorded definitions whose objects are wanted.</param>
internal sealed record DiscoverFilters(IReadOnlySet<string>? Names, IReadOnlySet<string>? Schemas, IReadOnlyList<JsonObject>? States)
{
    private static readonly string[] Known = ["names", "schemas", "states"];

    public static DiscoverFilters? Read(JsonObject? filters, out IReadOnlyList<Diagnostic> faults)
    {
        var found = new List<Diagnostic>();
        faults = found;
        foreach (var name in (filters ?? []).Select(f => f.Key).Where(f => !Known.Contains(f)))
        {
            var detail = NearestName.Among(Known, name) is { } meant ? $"Did you mean \"{meant}\"?" : $"Known filters: {string.Join(", ", Known)}.";
            found.Add(Diagnostic.Error(DiagnosticCodes.UnknownAttribute, $"there is no filter \"{name}\"", detail) with { Attribute = AttributePath.Of("filters").Member(name) });
        }

        var names = Texts("names");
        var schemas = Texts("schemas");
        List<JsonObject>? states = null;
        if (Elements("states") is { } elements)
        {
            states = [.. elements.OfType<JsonObject>().Select(s => RecordedState.Read(s)?.Definition).OfType<JsonObject>()];
            Expect("states", states.Count == elements.Count, "a list of recorded states");
        }

        return found.Count == 0 ? new DiscoverFilters(names, schemas, states) : null;

        HashSet<string>? Texts(string name)
        {
            if (Elements(name) is not { } elements)
            {
                return null;
            }

            var texts = elements.OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>()).ToList();
            Expect(name, texts.Count == elements.Count, "a list of strings");
            return [.. texts];
        }

        JsonArray? Elements(string name)
        {
            var value = filters?[name];
            Expect(name, value is null or JsonArray, "a list");
            return value as JsonArray;
        }

        void Expect(string name, bool holds, string what)
        {
            if (!holds)
            {
                found.Add(Diagnostic.Error(DiagnosticCodes.WrongType, $"the filter \"{name}\" is {what}") with { Attribute = AttributePath.Of("filters").Member(name) });
            }
        }
    }

    public bool Match(JsonObject definition, string identity) =>
        (Names is null || Names.Contains(identity) || (TextOf(definition, "name") is { } name && Names.Contains(name)))
        && (Schemas is null || (TextOf(definition, "schema") is { } schema && Schemas.Contains(schema)));

    private static string? TextOf(JsonObject definition, string member) =>
        definition[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
