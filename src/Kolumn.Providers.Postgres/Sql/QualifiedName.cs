using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>An object inside a schema. Shown, and used as an identity, as <c>public.users</c>; a part with a dot or a quote in it stands in quotes.</summary>
internal readonly record struct QualifiedName(string Schema, string Name)
{
    public const string DefaultSchema = "public";

    /// <summary>For statements: <c>"public"."users"</c>.</summary>
    public string Quoted => SqlIdentifier.Quote(Schema, Name);

    /// <summary>Reads <c>users</c>, <c>public.users</c> or <c>"my.schema".users</c>; letters keep their case.</summary>
    public static QualifiedName? Parse(string text, string defaultSchema = DefaultSchema) => SplitParts(text) switch
    {
        [var name] => new QualifiedName(defaultSchema, name),
        [var schema, var name] => new QualifiedName(schema, name),
        _ => null,
    };

    /// <summary>The names between the dots, their quotes taken off; null when a quote stays open or a part is empty.</summary>
    public static IReadOnlyList<string>? SplitParts(string text)
    {
        var parts = new List<string>();
        var part = new System.Text.StringBuilder();
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"' && quoted && at + 1 < text.Length && text[at + 1] == '"')
            {
                part.Append('"');
                at++;
            }
            else if (text[at] == '"')
            {
                quoted = !quoted;
            }
            else if (text[at] == '.' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(text[at]);
            }
        }

        parts.Add(part.ToString());
        return quoted || parts.Contains("") ? null : parts;
    }

    public override string ToString() => $"{Show(Schema)}.{Show(Name)}";

    /// <summary>One part of a shown name.</summary>
    public static string Show(string part) =>
        part.AsSpan().IndexOfAny('.', '"') < 0 ? part : SqlIdentifier.Quote(part);
}
