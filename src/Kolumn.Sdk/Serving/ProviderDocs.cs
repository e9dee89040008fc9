using System.Globalization;
using System.Text;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Serving;

/// <summary>A provider's schema as a Markdown page.</summary>
internal static class ProviderDocs
{
    public static string Write(ProviderSchema schema)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Provider {schema.Name} {schema.Version}\n\n{schema.Description}\n\n## Configuration\n\n");
        WriteAttributes(text, schema.ConfigSchema?.Attributes ?? new Dictionary<string, AttributeSchema>(), "");
        foreach (var type in schema.ResourceTypes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {schema.Name}_{type.Name}\n\n{type.Description}\n\n");
            WriteAttributes(text, type.StateSchema.Attributes, "");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n## Functions\n\n{string.Join(", ", schema.SupportedFunctions)}\n").ToString();
    }

    private static void WriteAttributes(StringBuilder text, IReadOnlyDictionary<string, AttributeSchema> attributes, string indent)
    {
        foreach (var (name, attribute) in attributes)
        {
            var notes = new List<string> { TypeOf(attribute) };
            notes.AddRange(new[]
            {
                attribute.Required ? "required" : null,
                attribute.Computed ? "computed" : null,
                attribute.Sensitive ? "sensitive" : null,
                attribute.ForceNew ? "a change replaces the resource" : null,
                attribute.Default is { } value ? $"default {value.ToJsonString()}" : null,
                attribute.Deprecated is { } instead ? $"deprecated: {instead}" : null,
            }.OfType<string>());
            text.Append(CultureInfo.InvariantCulture, $"{indent}- `{name}` ({string.Join(", ", notes)})");
            text.Append(attribute.Description.Length == 0 ? "\n" : $": {attribute.Description}\n");
            if ((attribute.Attributes ?? attribute.Elem?.Attributes) is { } members)
            {
                WriteAttributes(text, members, indent + "  ");
            }
        }
    }

    private static string TypeOf(AttributeSchema attribute)
    {
        var type = AttributeTypes.Fold(attribute.Type);
        return attribute.Elem is { } element ? $"{type} of {TypeOf(element)}" : type;
    }
}
