using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Schema;

/// <summary>
/// A provider's schema as a page for its users: what the provider block takes, then each resource type with its attributes. What the schema says
/// is text, whatever it looks like: none of it is taken for markup.
/// </summary>
public static class SchemaPage
{
    private const string NameNote = ", that of the resource when left out";

    /// <summary>As Markdown: attributes are nested lists.</summary>
    public static string ToMarkdown(ProviderSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Escape(Title(schema))}\n\n{Escape(schema.Description)}\n");
        foreach (var section in SectionsOf(schema))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Escape(section.Title)}\n\n");
            if (section.Text.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Escape(section.Text)}\n\n");
            }

            Write(section.Attributes, "");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n## Functions\n\n{Escape(string.Join(", ", schema.SupportedFunctions))}\n").ToString();

        void Write(IReadOnlyList<Line> lines, string indent)
        {
            foreach (var line in lines)
            {
                text.Append(CultureInfo.InvariantCulture, $"{indent}- `{line.Name.Replace('`', '\'')}` ({Escape(line.Notes)})");
                text.Append(line.Description.Length == 0 ? "\n" : $": {Escape(line.Description)}\n");
                Write(line.Members, indent + "  ");
            }
        }
    }

    /// <summary>As one HTML document without anything beside it.</summary>
    public static string ToHtml(ProviderSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var title = WebUtility.HtmlEncode(Title(schema));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>
            body {"{"} font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; {"}"}
            dt {"{"} margin-top: .5rem; {"}"} dd {"{"} margin-left: 1.5rem; {"}"} code {"{"} font-weight: 600; {"}"} small {"{"} opacity: .7; {"}"}
            </style>
            </head>
            <body>
            <h1>{title}</h1>
            <p>{WebUtility.HtmlEncode(schema.Description)}</p>

            """);
        var sections = SectionsOf(schema).ToList();
        text.Append("<nav><ul>\n").AppendJoin("", sections.Select(s => $"<li><a href=\"#{Anchor(s.Title)}\">{WebUtility.HtmlEncode(s.Title)}</a></li>\n")).Append("</ul></nav>\n");
        foreach (var section in sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"<h2 id=\"{Anchor(section.Title)}\">{WebUtility.HtmlEncode(section.Title)}</h2>\n");
            text.Append(section.Text.Length > 0 ? $"<p>{WebUtility.HtmlEncode(section.Text)}</p>\n" : "");
            Write(section.Attributes);
        }

        text.Append(CultureInfo.InvariantCulture, $"<h2>Functions</h2>\n<p>{WebUtility.HtmlEncode(string.Join(", ", schema.SupportedFunctions))}</p>\n</body>\n</html>\n");
        return text.ToString();

        void Write(IReadOnlyList<Line> lines)
        {
            if (lines.Count == 0)
            {
                return;
            }

            text.Append("<dl>\n");
            foreach (var line in lines)
            {
                text.Append(CultureInfo.InvariantCulture, $"<dt><code>{WebUtility.HtmlEncode(line.Name)}</code> <small>{WebUtility.HtmlEncode(line.Notes)}</small></dt>\n");
                text.Append(CultureInfo.InvariantCulture, $"<dd>{WebUtility.HtmlEncode(line.Description)}\n");
                Write(line.Members);
                text.Append("</dd>\n");
            }

            text.Append("</dl>\n");
        }
    }

    private static string Title(ProviderSchema schema) => $"Provider {schema.Name} {schema.Version}";

    private static IEnumerable<Section> SectionsOf(ProviderSchema schema) => schema.ResourceTypes
        .Select(type => new Section(
            type.Name.StartsWith(schema.Name + "_", StringComparison.Ordinal) ? type.Name : $"{schema.Name}_{type.Name}",
            type.Description,
            [
                .. LinesOf(type.ConfigSchema.Attributes.Where(IsNameOfResource).Select(a => KeyValuePair.Create(a.Key, a.Value with { Required = false })), NameNote),
                .. LinesOf(type.ConfigSchema.Attributes.Where(a => !IsNameOfResource(a)).Concat(type.StateSchema.Attributes.Where(a => !type.ConfigSchema.Attributes.ContainsKey(a.Key)))),
            ]))
        .Prepend(new Section("Configuration", "", LinesOf(schema.ConfigSchema?.Attributes ?? new Dictionary<string, AttributeSchema>())));

    // A provider may require it: its host fills it in.
    private static bool IsNameOfResource(KeyValuePair<string, AttributeSchema> attribute) => attribute is { Key: "name", Value.Required: true };

    private static IReadOnlyList<Line> LinesOf(IEnumerable<KeyValuePair<string, AttributeSchema>> attributes, string note = "") =>
        [.. attributes.Select(a => new Line(a.Key, NotesOf(a.Value) + note, a.Value.Description, LinesOf(a.Value.Attributes ?? a.Value.Elem?.Attributes ?? new Dictionary<string, AttributeSchema>())))];

    private static string NotesOf(AttributeSchema attribute) => string.Join(", ", new[]
    {
        TypeOf(attribute),
        attribute.Required ? "required" : null,
        attribute.Computed ? "computed" : null,
        attribute.Sensitive ? "sensitive" : null,
        attribute.ForceNew ? "a change replaces the resource" : null,
        attribute.Default is { } value ? $"default {value.ToJsonString()}" : null,
        attribute.References is { Count: > 0 } types ? $"names a {string.Join(" or a ", types)}" : null,
        attribute.Deprecated is { } instead ? $"deprecated: {instead}" : null,
    }.Concat((attribute.Validators ?? []).Select(NoteOf)).OfType<string>());

    private static string? NoteOf(ValidatorSpec validator) => validator switch
    {
        { Type: "enum", Value: JsonArray values } => $"one of {string.Join(", ", values.Select(v => v?.ToJsonString() ?? "null"))}",
        { Message.Length: > 0 } => validator.Message,
        { Value: { } value } => $"{validator.Type} {value.ToJsonString()}",
        _ => null,
    };

    private static string TypeOf(AttributeSchema attribute)
    {
        var type = AttributeTypes.Fold(attribute.Type);
        return attribute.Elem is { } element ? $"{type} of {TypeOf(element)}" : type;
    }

    private static string Anchor(string title) => new([.. title.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-')]);

    // A line stays a line, and nothing opens a tag or a link.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = char.IsControl(c) ? escaped.Append(' ') : c is '<' or '[' ? escaped.Append('\\').Append(c) : escaped.Append(c);
        }

        return escaped.ToString();
    }

    private sealed record Section(string Title, string Text, IReadOnlyList<Line> Attributes);

    private sealed record Line(string Name, string Notes, string Description, IReadOnlyList<Line> Members);
}
