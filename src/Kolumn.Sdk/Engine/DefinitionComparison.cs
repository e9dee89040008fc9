using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Compares two definitions of one object. Absent and null are the same; lists of objects with distinct <c>name</c> members
/// are compared by name, in any order, so that a difference reads <c>columns.email.type</c>; every other list is one value.
/// What the schema calls computed is read and never wished for, so it is no difference.
/// </summary>
internal sealed class DefinitionComparison
{
    /// <summary>What turns a definition into itself.</summary>
    public static readonly IReadOnlyDictionary<string, AttributeChange> Unchanged = new OrderedDictionary<string, AttributeChange>(StringComparer.Ordinal);

    private readonly OrderedDictionary<string, AttributeChange> _changes = new(StringComparer.Ordinal);

    private DefinitionComparison()
    {
    }

    /// <summary>What turns <paramref name="old"/> into <paramref name="new"/>, by attribute path in the order of the definitions; empty when they are equal.</summary>
    public static IReadOnlyDictionary<string, AttributeChange> Compare(JsonObject old, JsonObject @new, ObjectType schema)
    {
        // Nearly everything in nearly every plan is unchanged, and that is told much faster than what has changed.
        if (ReferenceEquals(old, @new) || JsonNode.DeepEquals(old, @new))
        {
            return Unchanged;
        }

        var comparison = new DefinitionComparison();
        comparison.CompareMembers(old, @new, schema.Attributes, "", forced: false);
        return comparison._changes;
    }

    /// <summary>One line for each difference: <c>columns.email.type is text, the configuration says varchar(20)</c>.</summary>
    public static string Explain(IReadOnlyDictionary<string, AttributeChange> changes, string oldSubject, string newSubject) =>
        string.Join("; ", changes.Select(c => $"{c.Key}: {oldSubject} {Show(c.Value.OldValue)}, {newSubject} {Show(c.Value.NewValue)}"));

    private static bool MembersAreEqual(JsonObject left, JsonObject right) => Members(left).Count() == Members(right).Count()
        && Members(left).All(m => right[m.Key] is { } other && ValuesAreEqual(m.Value!, other));

    private static bool ValuesAreEqual(JsonNode left, JsonNode right)
    {
        if (left is JsonObject a && right is JsonObject b)
        {
            return MembersAreEqual(a, b);
        }

        if (left is not JsonArray ours || right is not JsonArray theirs)
        {
            return CanonicalJson.AreEqual(left, right);
        }

        return ours.Count == theirs.Count
            && (ByName(ours) is { } named && ByName(theirs) is { } others
                ? named.All(n => others.TryGetValue(n.Key, out var other) && MembersAreEqual(n.Value, other))
                : CanonicalJson.AreEqual(left, right));
    }

    private void CompareMembers(JsonObject old, JsonObject @new, IReadOnlyDictionary<string, AttributeSchema>? schemas, string path, bool forced)
    {
        var names = Members(old).Select(m => m.Key).Union(Members(@new).Select(m => m.Key));
        foreach (var name in names)
        {
            var schema = schemas?.GetValueOrDefault(name);
            if (schema is not { Computed: true })
            {
                CompareValues(old[name], @new[name], schema, Join(path, name), forced);
            }
        }
    }

    private void CompareValues(JsonNode? old, JsonNode? @new, AttributeSchema? schema, string path, bool forced)
    {
        forced |= schema?.ForceNew ?? false;
        if (schema is { Sensitive: true })
        {
            if (!SameOrAbsent(old, @new))
            {
                Add(path, old, @new, schema, forced);
            }

            return;
        }

        switch (old, @new)
        {
            case (JsonObject a, JsonObject b):
                CompareMembers(a, b, schema?.Attributes, path, forced);
                break;
            case (JsonArray or null, JsonArray or null) when ByName(old as JsonArray) is { } ours && ByName(@new as JsonArray) is { } theirs && ours.Count + theirs.Count > 0:
                foreach (var name in ours.Keys.Union(theirs.Keys))
                {
                    CompareValues(ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name), schema?.Elem, Join(path, name), forced);
                }

                break;
            default:
                if (!SameOrAbsent(old, @new))
                {
                    Add(path, old, @new, schema, forced);
                }

                break;
        }
    }

    private void Add(string path, JsonNode? old, JsonNode? @new, AttributeSchema? schema, bool forced) => _changes[path] = new AttributeChange
    {
        Action = old is null ? ResourceActions.Create : @new is null ? ResourceActions.Delete : ResourceActions.Update,
        OldValue = SensitiveValues.Redact(old, schema),
        NewValue = SensitiveValues.Redact(@new, schema),
        RequiresReplace = forced,
        Sensitive = schema?.Sensitive ?? false,
    };

    private static bool SameOrAbsent(JsonNode? left, JsonNode? right) =>
        (left, right) is (null, null) || (left is not null && right is not null && ValuesAreEqual(left, right));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonObject value) => value.Where(m => m.Value is not null);

    /// <summary>The elements by their names; null when they are not objects with names of their own. An absent list is an empty one.</summary>
    private static Dictionary<string, JsonObject>? ByName(JsonArray? elements)
    {
        var named = new Dictionary<string, JsonObject>(elements?.Count ?? 0, StringComparer.Ordinal);
        foreach (var element in elements ?? [])
        {
            if (element is not JsonObject member
                || member["name"] is not JsonValue name
                || name.GetValueKind() != JsonValueKind.String
                || !named.TryAdd(name.GetValue<string>(), member))
            {
                return null;
            }
        }

        return named;
    }

    /// <summary>Names that would blur the path are put in brackets: <c>columns["a.b"].type</c>.</summary>
    internal static string Join(string path, string name)
    {
        var plain = name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$');
        return !plain ? $"{path}[\"{name}\"]" : path.Length == 0 ? name : $"{path}.{name}";
    }

    private static string Show(JsonNode? value)
    {
        var text = value switch
        {
            null => "nothing",
            JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => scalar.GetValue<string>(),
            _ => value.ToJsonString(),
        };
        return text.Length <= 200 ? text : text[..200] + "…";
    }
}
