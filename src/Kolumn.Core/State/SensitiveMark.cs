using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.State;

/// <summary>
/// Stands in the state for a value that must not be stored: a hash, salted with the state's lineage and the value's place, so
/// that a change is noticed, equal secrets do not look equal, and a table of hashes is of no use.
/// </summary>
internal static class SensitiveMark
{
    private const string Prefix = "(sensitive) sha256:";

    /// <summary>A sensitive text this short may occur by chance; elsewhere than in its own place it is left alone.</summary>
    private const int ShortestSecret = 8;

    public static string Of(JsonNode? value, string salt, string place)
    {
        var text = $"{salt}\n{place}\n{CanonicalJson.Hash(value)}";
        return Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    public static bool Is(JsonNode? value) =>
        value is JsonValue scalar && scalar.TryGetValue<string>(out var text) && text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>A copy in which marks stand in these places, wherever the schema says sensitive, and wherever one of the secrets stands alone.</summary>
    public static JsonObject Cover(
        JsonObject value, IReadOnlyList<AttributePath> places, ObjectType? schema, IReadOnlyList<string> secrets, string salt, string address)
    {
        var copy = value.DeepClone().AsObject();
        foreach (var place in places)
        {
            CoverPlace(copy, place, salt, address);
        }

        var longSecrets = secrets.Where(s => s.Length >= ShortestSecret).ToHashSet(StringComparer.Ordinal);
        if (longSecrets.Count > 0 || HasSensitive(schema?.Attributes))
        {
            CoverMembers(copy, schema?.Attributes, longSecrets, salt, address);
        }

        return copy;
    }

    /// <summary>
    /// A copy in which marks are values again where one of the candidates fits, as the provider knows them. A mark that nothing
    /// fits, because the secret has changed, is left out, and with it what a provider notes about the whole in members that
    /// begin with an underscore.
    /// </summary>
    public static JsonObject Uncover(JsonObject value, IReadOnlyList<JsonNode?> candidates, string salt, string address)
    {
        if (!Contains(value))
        {
            return value;
        }

        var copy = value.DeepClone().AsObject();
        if (!UncoverMembers(copy, candidates, salt, address))
        {
            foreach (var note in copy.Select(m => m.Key).Where(name => name.StartsWith('_')).ToList())
            {
                copy.Remove(note);
            }
        }

        return copy;
    }

    /// <summary>
    /// Where marks stand, spelled as providers spell changes: members by name, elements by their <c>name</c>, a list of anything else
    /// as a whole.
    /// </summary>
    public static IEnumerable<string> PathsIn(JsonNode? value, string path = "") => value switch
    {
        JsonObject members => members.SelectMany(m => PathsIn(m.Value, Join(path, m.Key))),
        JsonArray elements when elements.All(e => NameOf(e) is not null) => elements.SelectMany(e => PathsIn(e, Join(path, NameOf(e)!))),
        _ => Contains(value) ? [path] : [],
    };

    private static string? NameOf(JsonNode? element) =>
        element is JsonObject members && members["name"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;

    private static string Join(string path, string name) =>
        name.Length == 0 || !name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$') ? $"{path}[\"{name}\"]" : path.Length == 0 ? name : $"{path}.{name}";

    private static bool Contains(JsonNode? value) => value switch
    {
        JsonObject members => members.Any(m => Contains(m.Value)),
        JsonArray elements => elements.Any(Contains),
        _ => Is(value),
    };

    private static bool UncoverMembers(JsonObject members, IReadOnlyList<JsonNode?> candidates, string salt, string place)
    {
        var isWhole = true;
        foreach (var (name, member) in members.ToList())
        {
            if (!Is(member))
            {
                isWhole &= UncoverWithin(member, candidates, salt, $"{place}.{name}");
            }
            else if (Find(member, candidates, salt, $"{place}.{name}", out var found))
            {
                members[name] = found;
            }
            else
            {
                members.Remove(name);
                isWhole = false;
            }
        }

        return isWhole;
    }

    private static bool UncoverWithin(JsonNode? value, IReadOnlyList<JsonNode?> candidates, string salt, string place)
    {
        if (value is JsonObject members)
        {
            return UncoverMembers(members, candidates, salt, place);
        }

        var isWhole = true;
        for (var i = 0; value is JsonArray elements && i < elements.Count; i++)
        {
            var at = $"{place}[{i}]";
            if (!Is(elements[i]))
            {
                isWhole &= UncoverWithin(elements[i], candidates, salt, at);
            }
            else
            {
                isWhole &= Find(elements[i], candidates, salt, at, out var found);
                elements[i] = found;
            }
        }

        return isWhole;
    }

    private static bool Find(JsonNode? mark, IReadOnlyList<JsonNode?> candidates, string salt, string place, out JsonNode? found)
    {
        var text = mark!.GetValue<string>();
        foreach (var candidate in candidates)
        {
            if (Of(candidate, salt, place) == text)
            {
                found = candidate?.DeepClone();
                return true;
            }
        }

        found = null;
        return false;
    }

    private static void CoverPlace(JsonObject root, AttributePath place, string salt, string address)
    {
        JsonNode? parent = root;
        for (var i = 0; i < place.Steps.Count - 1 && parent is not null; i++)
        {
            parent = Step(parent, place.Steps[i]);
        }

        switch (parent, place.Steps.Count == 0 ? null : place.Steps[^1])
        {
            case (JsonObject members, string name) when members.ContainsKey(name) && !Is(members[name]):
                members[name] = Of(members[name], salt, $"{address}.{place}");
                break;
            case (JsonArray elements, int index) when index < elements.Count && !Is(elements[index]):
                elements[index] = Of(elements[index], salt, $"{address}.{place}");
                break;
        }
    }

    private static JsonNode? Step(JsonNode parent, object step) => (parent, step) switch
    {
        (JsonObject members, string name) => members[name],
        (JsonArray elements, int index) when index < elements.Count => elements[index],
        _ => null,
    };

    private static void CoverMembers(JsonObject value, IReadOnlyDictionary<string, AttributeSchema>? attributes, HashSet<string> secrets, string salt, string place)
    {
        foreach (var (name, member) in value.ToList())
        {
            var schema = attributes?.GetValueOrDefault(name);
            if (member is not null && (schema is { Sensitive: true } || IsSecret(member, secrets)) && !Is(member))
            {
                value[name] = Of(member, salt, $"{place}.{name}");
            }
            else
            {
                CoverWithin(member, schema, secrets, salt, $"{place}.{name}");
            }
        }
    }

    private static void CoverWithin(JsonNode? value, AttributeSchema? schema, HashSet<string> secrets, string salt, string place)
    {
        if (value is JsonObject members)
        {
            CoverMembers(members, schema?.Attributes, secrets, salt, place);
        }
        else if (value is JsonArray elements)
        {
            for (var i = 0; i < elements.Count; i++)
            {
                if (IsSecret(elements[i], secrets))
                {
                    elements[i] = Of(elements[i], salt, $"{place}[{i}]");
                }
                else
                {
                    CoverWithin(elements[i], schema?.Elem, secrets, salt, $"{place}[{i}]");
                }
            }
        }
    }

    private static bool IsSecret(JsonNode? value, HashSet<string> secrets) =>
        secrets.Count > 0 && value is JsonValue scalar && scalar.TryGetValue<string>(out var text) && secrets.Contains(text);

    private static bool HasSensitive(IReadOnlyDictionary<string, AttributeSchema>? attributes) =>
        attributes is not null && attributes.Values.Any(a => a.Sensitive || HasSensitive(a.Attributes) || HasSensitive(a.Elem?.Attributes));
}
