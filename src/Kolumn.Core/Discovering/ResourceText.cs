using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Core.Configuration;
using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Discovering;

/// <summary>
/// The create block of one resource: the reverse of what <see cref="ResourceReader"/> does. Attributes stand in the order of the
/// schema; what is sensitive is left out.
/// </summary>
internal sealed class ResourceText
{
    private readonly KlText _values;
    private readonly List<AttributePath> _leftOut = [];

    private ResourceText(KlText values) => _values = values;

    /// <param name="kind">Of the resource.</param>
    /// <param name="label">Its name in the configuration.</param>
    /// <param name="config">What describes it.</param>
    /// <param name="values">How values are written.</param>
    /// <param name="provider">What the block's <c>provider</c> says; null when that goes without saying.</param>
    /// <returns>The text, ending with a line break, and the paths of what was left out: attributes called like an argument of Kolumn's own, and secrets.</returns>
    public static (string Text, IReadOnlyList<AttributePath> LeftOut) Write(ResourceKind kind, string label, JsonObject config, KlText values, string? provider)
    {
        var writer = new ResourceText(values);
        var body = new BlockText(KlText.Step);
        if (provider is not null)
        {
            body.Attribute("provider", provider);
        }

        // A resource is called like its block unless it says otherwise.
        var isNamed = KlText.TextOf(config["name"]) == label;
        writer.WriteMembers(body, config, kind.ConfigSchema.Attributes, AttributePath.Root, isNamed ? "name" : null);
        var header = $"create {ValueText.Quote(kind.Type)} {ValueText.Quote(label)}";
        return (BlockText.Block(header, body, 0) + "\n", writer._leftOut);
    }

    private void WriteMembers(BlockText body, JsonObject config, IReadOnlyDictionary<string, AttributeSchema>? attributes, AttributePath path, string? said)
    {
        var known = (attributes ?? new Dictionary<string, AttributeSchema>()).Keys.Where(config.ContainsKey);
        foreach (var name in known.Concat(config.Select(m => m.Key)).Distinct(StringComparer.Ordinal).Where(n => n != said))
        {
            var schema = attributes?.GetValueOrDefault(name);
            var value = config[name];
            if (IsSecret(schema) || IsReserved(path.Member(name)))
            {
                _leftOut.Add(path.Member(name));
            }
            else if (schema is not { Computed: true } && !(value is null && schema is not null))
            {
                WriteMember(body, name, value, schema, attributes, path.Member(name));
            }
        }
    }

    private void WriteMember(
        BlockText body, string name, JsonNode? value, AttributeSchema? schema, IReadOnlyDictionary<string, AttributeSchema>? attributes, AttributePath path)
    {
        var word = attributes is null ? null : WordOf(name, attributes, path);
        switch (AttributeTypes.Fold(schema?.Type ?? AttributeTypes.Any))
        {
            case AttributeTypes.List when word is not null && value is JsonArray { Count: > 0 } elements && schema?.Elem is { Attributes: { } members } && elements.All(e => e is JsonObject):
                for (var i = 0; i < elements.Count; i++)
                {
                    WriteBlock(body, word, elements[i]!.AsObject(), members, path.Element(i));
                }

                break;
            case AttributeTypes.Object when word is not null && value is JsonObject one && schema?.Attributes is { } members:
                WriteBlock(body, word, one, members, path);
                break;
            default:
                body.Attribute(name, _values.Attribute(WithoutSecrets(value, schema, path), schema, name, body.Indent));
                break;
        }
    }

    private void WriteBlock(BlockText body, string word, JsonObject element, IReadOnlyDictionary<string, AttributeSchema> members, AttributePath path)
    {
        var label = members.ContainsKey("name") ? KlText.TextOf(element["name"]) : null;
        var inner = new BlockText(body.Indent + KlText.Step);
        WriteMembers(inner, element, members, path, label is null ? null : "name");
        body.Block(word, label, inner);
    }

    /// <summary>The shortest word that a block of this attribute can be called by; null when its words mean something else here.</summary>
    private static string? WordOf(string name, IReadOnlyDictionary<string, AttributeSchema> attributes, AttributePath path) =>
        BlockWords.Of(name).Reverse().FirstOrDefault(
            w => w != "dynamic" && !(path.Steps.Count == 1 && MetaArguments.Names.Contains(w)) && BlockWords.AttributeOf(w, attributes) == name);

    /// <summary>The same without what the schema calls sensitive, at any depth.</summary>
    private JsonNode? WithoutSecrets(JsonNode? value, AttributeSchema? schema, AttributePath path)
    {
        switch (value)
        {
            case JsonArray elements when schema?.Elem is not null:
                return new JsonArray([.. elements.Select((e, i) => WithoutSecrets(e, schema.Elem, path.Element(i)))]);
            case JsonObject members when schema is not null:
                var kept = new JsonObject();
                foreach (var (name, member) in members)
                {
                    var inner = KlText.MemberOf(schema, name);
                    if (IsSecret(inner))
                    {
                        _leftOut.Add(path.Member(name));
                    }
                    else if (inner is not { Computed: true })
                    {
                        kept[name] = WithoutSecrets(member, inner, path.Member(name));
                    }
                }

                return kept;
            default:
                return value?.DeepClone();
        }
    }

    /// <summary>Such an attribute of a provider cannot be given in a create block at all.</summary>
    public static bool IsReserved(AttributePath path) => path.Steps is [string name] && MetaArguments.Names.Contains(name);

    private static bool IsSecret(AttributeSchema? schema) => schema is { Sensitive: true } or { Elem.Sensitive: true };
}
