using System.Text.Json.Nodes;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>A field of a document: <c>email</c>, or <c>address.city</c> within another one. https://www.mongodb.com/docs/manual/core/document/#dot-notation</summary>
internal sealed record FieldPath(string Text)
{
    /// <summary>In an expression.</summary>
    public string Reference => $"${Text}";

    /// <summary>The document that it is in; null for a field of the whole document.</summary>
    public FieldPath? Parent => Text.LastIndexOf('.') is >= 0 and var dot ? new FieldPath(Text[..dot]) : null;

    /// <summary>Every document that it is within, the outermost first.</summary>
    public IEnumerable<FieldPath> Parents
    {
        get
        {
            for (var dot = Text.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = Text.IndexOf('.', dot + 1))
            {
                yield return new FieldPath(Text[..dot]);
            }
        }
    }

    /// <summary>Why it names no field that can be changed; null when it does. What begins with $ would be an operator.</summary>
    public static string? FaultOf(string text)
    {
        var parts = text.Split('.');
        return parts.Contains("") ? "a field's name cannot be empty"
            : text.Contains('\0', StringComparison.Ordinal) ? "a field's name cannot hold NUL"
            : Array.Exists(parts, part => part[0] == '$') ? "a field's name cannot begin with $"
            : parts.Length > 20 ? "a field is within at most 19 others"
            : parts[0] == "_id" ? "_id never changes"
            : null;
    }

    /// <summary>The field called so beside this one.</summary>
    public FieldPath Beside(string name) => Parent is { } parent ? new FieldPath($"{parent.Text}.{name}") : new FieldPath(name);

    /// <summary>An expression: which type the value has, or <c>missing</c>.</summary>
    public JsonObject TypeOf() => new() { ["$type"] = Reference };

    public JsonObject IsMissing() => new() { ["$eq"] = new JsonArray(TypeOf(), "missing") };

    public JsonObject IsThere() => new() { ["$ne"] = new JsonArray(TypeOf(), "missing") };

    /// <summary>An expression: whether a list is on the way to it, whose elements would be meant.</summary>
    public JsonObject? IsWithinList() => Parent is null ? null : new JsonObject { ["$or"] = new JsonArray([.. Parents.Select(p => (JsonNode)new JsonObject { ["$isArray"] = new JsonArray(p.Reference) })]) };

    public override string ToString() => Text;
}
