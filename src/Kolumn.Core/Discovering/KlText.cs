using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Language;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Discovering;

/// <summary>
/// Values as expressions of the language, laid out as one would by hand: on one line as long as that is readable, texts of
/// several lines as heredocs. What is written evaluates to exactly what was given.
/// </summary>
/// <param name="references">The address that a text names, where the schema says that it names a resource; null for none.</param>
internal sealed class KlText(Func<AttributeSchema, string, string?> references)
{
    /// <summary>What does not fit goes over several lines.</summary>
    public const int LineLength = 100;

    public const int Step = 2;

    /// <summary>Words that begin an expression of their own kind, so that as keys they stand in quotes.</summary>
    private static readonly string[] Keywords = ["for", "null", "true", "false"];

    public static KlText WithoutReferences { get; } = new((_, _) => null);

    /// <summary>The value of an attribute.</summary>
    /// <param name="value">What it is.</param>
    /// <param name="schema">What is known of it.</param>
    /// <param name="name">The attribute's; it becomes the word that ends a heredoc.</param>
    /// <param name="indent">The column that the attribute's name stands in.</param>
    public string Attribute(JsonNode? value, AttributeSchema? schema, string name, int indent)
    {
        if (TextOf(value) is { } text && (schema is null || Reference(schema, text) is null) && Heredoc(text, name, indent) is { } heredoc)
        {
            return heredoc;
        }

        return Inline(value, schema) is var line && indent + name.Length + 3 + line.Length <= LineLength ? line : Block(value, schema, indent);
    }

    public string Inline(JsonNode? value, AttributeSchema? schema) => value switch
    {
        JsonArray elements => $"[{string.Join(", ", elements.Select(e => Inline(e, schema?.Elem)))}]",
        JsonObject { Count: 0 } => "{}",
        JsonObject members => $"{{ {string.Join(", ", members.Select(m => $"{Key(m.Key)} = {Inline(m.Value, MemberOf(schema, m.Key))}"))} }}",
        _ when TextOf(value) is { } text => (schema is null ? null : Reference(schema, text)) ?? ValueText.Quote(text),
        _ => ValueText.Write(ValueJson.FromJson(value)),
    };

    public static AttributeSchema? MemberOf(AttributeSchema? schema, string name) => schema?.Attributes?.GetValueOrDefault(name) ?? schema?.Elem;

    public static string? TextOf(JsonNode? value) => value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String ? scalar.GetValue<string>() : null;

    private string? Reference(AttributeSchema schema, string text) => schema.References is null ? null : references(schema, text);

    private string Block(JsonNode? value, AttributeSchema? schema, int indent)
    {
        var inner = indent + Step;
        switch (value)
        {
            case JsonArray { Count: > 0 } elements:
                return Lines("[", elements.Select(e => Fitting(e, schema?.Elem, inner, 0) + ","), "]", indent);
            case JsonObject { Count: > 0 } members:
                var width = members.Max(m => Key(m.Key).Length);
                return Lines("{", members.Select(m => $"{Key(m.Key).PadRight(width)} = {Fitting(m.Value, MemberOf(schema, m.Key), inner, width + 3)}"), "}", indent);
            default:
                return Inline(value, schema);
        }
    }

    private string Fitting(JsonNode? value, AttributeSchema? schema, int indent, int before) =>
        Inline(value, schema) is var line && indent + before + line.Length < LineLength ? line : Block(value, schema, indent);

    private static string Lines(string open, IEnumerable<string> lines, string close, int indent)
    {
        var margin = new string(' ', indent);
        var step = new string(' ', Step);
        return $"{open}\n{string.Concat(lines.Select(l => $"{margin}{step}{l}\n"))}{margin}{close}";
    }

    private static string Key(string name) => Identifiers.IsValid(name) && !Keywords.Contains(name) ? name : ValueText.Quote(name);

    /// <summary>
    /// Null for a text that is better written in quotes: one line, or characters that a heredoc cannot hold or nobody would see.
    /// A heredoc ends with a line break; a text without one has it taken away again.
    /// </summary>
    private static string? Heredoc(string text, string name, int indent)
    {
        var lines = (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
        var isChomped = !text.EndsWith('\n');
        if (lines.Length < 2 || text.Any(c => c is not '\n' && IsInvisible(c)) || lines.All(string.IsNullOrWhiteSpace))
        {
            return null;
        }

        // Taking away what is common to all lines must give these lines again: a margin can be added only where there is none.
        var hasMargin = lines.Where(l => !string.IsNullOrWhiteSpace(l)).All(l => char.IsWhiteSpace(l[0]));
        var margin = hasMargin ? "" : new string(' ', indent + Step);
        var marker = Marker(name, lines);
        var body = string.Concat(lines.Select(l => (string.IsNullOrWhiteSpace(l) ? l : margin + Escape(l)) + "\n"));
        var heredoc = hasMargin ? $"<<{marker}\n{body}{marker}" : $"<<-{marker}\n{body}{new string(' ', indent)}{marker}";
        return isChomped ? $"chomp({heredoc}\n{new string(' ', indent)})" : heredoc;
    }

    private static bool IsInvisible(char c) => c != '\t' && char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(string line) => line.Replace("${", "$${", StringComparison.Ordinal).Replace("%{", "%%{", StringComparison.Ordinal);

    /// <summary>A word that no line of the text consists of.</summary>
    private static string Marker(string name, string[] lines)
    {
        var word = name.ToUpperInvariant();
        var marker = word;
        for (var i = 2; lines.Any(l => l.Trim() == marker); i++)
        {
            marker = string.Create(CultureInfo.InvariantCulture, $"{word}_{i}");
        }

        return marker;
    }
}
