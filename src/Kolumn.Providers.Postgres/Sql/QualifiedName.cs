using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>An object inside a schema. Shown, and used as an identity, as <c>public.users</c>; a part with a dot or a quote in it stands in quotes.</summary>
internal readonly record struct QualifiedName(string Schema, string Name)
{
    public const string DefaultSchema = "public";

    /// <summary>For statements: <c>"public"."users"</c>.</summary>
    public string Quoted => SqlIdentifier.Quote(Schema, Name);

    /// <summary>Reads <c>users</c>, <c>public.users</c> or <c>"my.schema".users</c>; letters keep their case.</summary>
    public static QualifiedName? Parse(string text, string defaultSchema = DefaultSchema) => DottedName.Split(text) switch
    {
        [var name] => new QualifiedName(defaultSchema, name),
        [var schema, var name] => new QualifiedName(schema, name),
        _ => null,
    };

    public override string ToString() => $"{DottedName.Show(Schema)}.{DottedName.Show(Name)}";
}
