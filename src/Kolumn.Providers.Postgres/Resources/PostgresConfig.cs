using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>What a configuration of PostgreSQL's objects may say beside what others say too.</summary>
internal static class PostgresConfig
{
    /// <summary>The role that shall own the object: a name, the address of a role resource or the resource itself.</summary>
    public static string? Owner(this ConfigReader reader) => reader["owner"] is null ? null : reader.Named("owner");

    /// <summary>The name of an object that lives in no schema, or the resource that is it; null after an error.</summary>
    public static string? Named(this ConfigReader reader, string attribute)
    {
        if (reader[attribute] is not { } node)
        {
            reader.Error(attribute, DiagnosticCodes.MissingAttribute, $"'{attribute}' is missing");
            return null;
        }

        var name = References.Name(node, reader.Context);
        var fault = name is null ? "it is neither a name nor a resource" : NameFault(name);
        return fault is null ? name : reader.Refuse(attribute, $"This cannot be used as {attribute}: {fault}");
    }

    /// <summary>A list of what <see cref="Named"/> takes one of.</summary>
    public static IReadOnlyList<string> NamedList(this ConfigReader reader, string attribute)
    {
        var names = new List<string>();
        foreach (var element in reader[attribute] switch { null => [], JsonArray list => list.ToArray(), var one => [one] })
        {
            var name = element is null ? null : References.Name(element, reader.Context);
            if ((name is null ? "it is neither a name nor a resource" : NameFault(name)) is { } fault)
            {
                reader.Invalid(attribute, $"This cannot be one of {attribute}: {fault}");
            }
            else
            {
                names.Add(name!);
            }
        }

        return names;
    }

    /// <summary>A type in any spelling, or a type resource, in the server's spelling as far as it can be told; text after an error.</summary>
    public static WrittenType Type(this ConfigReader reader, string attribute) => reader.Type(attribute, reader[attribute] is JsonObject ? null : reader.Text(attribute) ?? "");

    /// <param name="text">What stands at the attribute, or the part of it that is the type; null for a resource.</param>
    public static WrittenType Type(this ConfigReader reader, string attribute, string? text)
    {
        var named = text is not null ? References.Resource(text, reader.Context) : References.Table(reader[attribute]!, QualifiedName.DefaultSchema, reader.Context);
        var written = named is { } type ? Spelled(type) : text ?? "";
        var understood = PostgresType.Understand(written);
        if (understood.Fault is { } fault)
        {
            reader.Invalid(attribute, $"This is not a type: {fault}");
        }

        return understood;

        static string Spelled(QualifiedName type) => $"{SpelledName(type.Schema)}.{SpelledName(type.Name)}";
    }

    /// <summary>The schema in which the object lives: a name, the address of a schema resource or the resource itself.</summary>
    public static string Schema(this ConfigReader reader)
    {
        var name = reader["schema"] is { } node ? References.Name(node, reader.Context) : QualifiedName.DefaultSchema;
        var fault = name is null ? "it is neither a name nor a schema of the configuration" : NameFault(name) ?? SystemFault(name);
        if (fault is not null)
        {
            reader.Invalid("schema", $"This schema cannot be used: {fault}");
        }

        return name ?? QualifiedName.DefaultSchema;
    }

    /// <summary>Another table: a name, the address of a table resource or the resource itself; null after an error or when absent.</summary>
    public static QualifiedName? Table(this ConfigReader reader, string attribute, string defaultSchema)
    {
        if (reader[attribute] is not { } node)
        {
            reader.Error(attribute, DiagnosticCodes.MissingAttribute, $"'{attribute}' is missing");
            return null;
        }

        if (References.Table(node, defaultSchema, reader.Context) is not { } table)
        {
            reader.Invalid(attribute, "This names no table", "Write a name, schema.name or a reference such as postgres_table.users.");
            return null;
        }

        if ((NameFault(table.Schema) ?? NameFault(table.Name)) is { } fault)
        {
            reader.Invalid(attribute, $"'{ConfigReader.Shown(table.ToString())}' cannot name a table: {fault}");
            return null;
        }

        return table;
    }

    /// <summary>A collation or operator class: a name, a qualified name or either in quotes, spelled for a statement.</summary>
    public static string? QuotedReference(this ConfigReader reader, string attribute)
    {
        var text = reader.Text(attribute);
        if (text is null)
        {
            return null;
        }

        var parts = DottedName.Split(text);
        return parts is null || parts.Any(part => NameFault(part) is not null)
            ? reader.Refuse(attribute, $"'{ConfigReader.Shown(text)}' is not a name or a qualified name")
            : string.Join('.', parts.Select(SpelledName));
    }

    /// <summary>As the server spells a name that is no keyword.</summary>
    public static string SpelledName(string name) => IsPlain(name) ? name : SqlIdentifier.Quote(name);

    private static bool IsPlain(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>Why PostgreSQL cannot hold the name; null when it can.</summary>
    public static string? NameFault(string name) => SqlIdentifier.FaultOf(name, SqlDialect.Postgres);

    private static string? SystemFault(string schema) =>
        schema.StartsWith("pg_", StringComparison.Ordinal) || schema == "information_schema" ? "it belongs to the system" : null;
}
