using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>One <c>renamed_from</c> of a config.</summary>
/// <param name="Part">The list that the renamed thing stands in; null for the object itself.</param>
/// <param name="Path">Where it is written.</param>
internal sealed record RenameWish(string? Part, string From, string To, AttributePath Path)
{
    /// <summary>What it is remembered by.</summary>
    public string Key => Part is null ? "name" : $"{Part}.{To}";
}

/// <summary>The attribute by which a user says what something was called until now.</summary>
internal static class RenameWishes
{
    public const string Attribute = "renamed_from";

    private static readonly AttributeSchema Schema = new()
    {
        Type = AttributeTypes.String,
        Description = "What it was called until now: it is renamed, with everything in it. Once that is done the attribute has no effect and may stay or go.",
    };

    /// <summary>The schema with the attribute at the top and in every part that can be renamed.</summary>
    public static ObjectType Offer(ObjectType schema, IReadOnlyCollection<string> parts)
    {
        var attributes = new Dictionary<string, AttributeSchema>(schema.Attributes) { [Attribute] = Schema };
        foreach (var part in parts)
        {
            if (attributes[part] is { Elem: { Attributes: { } members } element } list)
            {
                attributes[part] = list with { Elem = element with { Attributes = new Dictionary<string, AttributeSchema>(members) { [Attribute] = Schema } } };
            }
        }

        return new ObjectType { Attributes = attributes };
    }

    /// <summary>The config without the attribute, and what it said.</summary>
    /// <param name="config">With a name.</param>
    public static (JsonObject Config, IReadOnlyList<RenameWish> Wishes) Take(JsonObject config, IRenamingHandler? handler)
    {
        if (handler is not { CanRename: true })
        {
            return (config, []);
        }

        var wishes = new List<RenameWish>();
        var rest = (JsonObject)config.DeepClone();
        Take(rest, null, AttributePath.Root);
        foreach (var part in handler.RenamedParts)
        {
            var elements = rest[part] as JsonArray ?? [];
            for (var index = 0; index < elements.Count; index++)
            {
                if (elements[index] is JsonObject element)
                {
                    Take(element, part, AttributePath.Of(part).Element(index));
                }
            }
        }

        return (rest, wishes);

        void Take(JsonObject named, string? part, AttributePath path)
        {
            if (named.Remove(Attribute, out var from) && TextOf(from) is { Length: > 0 } old && TextOf(named["name"]) is { } name && !handler.NameComparer.Equals(old, name))
            {
                wishes.Add(new RenameWish(part, old, name, path.Member(Attribute)));
            }
        }
    }

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
