using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>One object of a user's configuration with the way to it, so that every mistake names its place.</summary>
internal sealed class ConfigReader(JsonObject config, AttributePath path, DescribeContext context)
{
    public JsonNode? this[string attribute] => config[attribute] is { } node && node.GetValueKind() != JsonValueKind.Null ? node : null;

    public bool Has(string attribute) => this[attribute] is not null;

    public void Error(string attribute, string code, string summary, string? detail = null) => context.Error(code, path.Member(attribute), summary, detail);

    public void Invalid(string attribute, string summary, string? detail = null) => Error(attribute, DiagnosticCodes.InvalidValue, summary, detail);

    public string? Text(string attribute)
    {
        switch (this[attribute])
        {
            case null:
                return null;
            case JsonValue value when value.TryGetValue<string>(out var text):
                return text;
            default:
                Error(attribute, DiagnosticCodes.WrongType, "A text is expected here");
                return null;
        }
    }

    public bool? Flag(string attribute)
    {
        switch (this[attribute])
        {
            case null:
                return null;
            case JsonValue value when value.TryGetValue<bool>(out var flag):
                return flag;
            default:
                Error(attribute, DiagnosticCodes.WrongType, "true or false is expected here");
                return null;
        }
    }

    public long? Number(string attribute)
    {
        switch (this[attribute])
        {
            case null:
                return null;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number)
                && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue:
                return (long)number;
            default:
                Error(attribute, DiagnosticCodes.WrongType, "A whole number is expected here");
                return null;
        }
    }

    /// <summary>A name that PostgreSQL can hold; null after an error.</summary>
    public string? Name(string attribute, bool required = true)
    {
        var name = Text(attribute);
        if (name is null)
        {
            if (required && !Has(attribute))
            {
                Error(attribute, DiagnosticCodes.MissingAttribute, $"'{attribute}' is missing");
            }

            return null;
        }

        return NameFault(name) is { } fault ? Refuse(attribute, $"'{Shown(name)}' cannot be a name: {fault}") : name;
    }

    /// <summary>A list of names, or one name alone.</summary>
    public IReadOnlyList<string> Names(string attribute)
    {
        var elements = this[attribute] switch
        {
            null => [],
            JsonArray list => list.ToArray(),
            var one => [one],
        };
        var names = new List<string>();
        foreach (var element in elements)
        {
            if (element is JsonValue value && value.TryGetValue<string>(out var name))
            {
                if (NameFault(name) is { } fault)
                {
                    Invalid(attribute, $"'{Shown(name)}' cannot be a name: {fault}");
                }

                names.Add(name);
            }
            else
            {
                Error(attribute, DiagnosticCodes.WrongType, "Names are expected here");
            }
        }

        return names;
    }

    /// <summary>A list of objects, or one object alone; what else stands in it is an error.</summary>
    public IReadOnlyList<ConfigReader> Objects(string attribute)
    {
        var at = path.Member(attribute);
        var readers = new List<ConfigReader>();
        switch (this[attribute])
        {
            case null:
                break;
            case JsonObject one:
                readers.Add(new ConfigReader(one, at, context));
                break;
            case JsonArray list:
                for (var index = 0; index < list.Count; index++)
                {
                    if (list[index] is JsonObject element)
                    {
                        readers.Add(new ConfigReader(element, at.Element(index), context));
                    }
                    else
                    {
                        context.Error(DiagnosticCodes.WrongType, at.Element(index), "An object is expected here");
                    }
                }

                break;
            default:
                Error(attribute, DiagnosticCodes.WrongType, "A list of objects is expected here");
                break;
        }

        return readers;
    }

    /// <summary>An SQL expression or query that ends where it seems to end; null after an error.</summary>
    public string? Sql(string attribute, SqlFragmentKind kind = SqlFragmentKind.Expression)
    {
        var text = Text(attribute)?.Trim();
        if (text is null)
        {
            return null;
        }

        // A query copied from elsewhere usually ends with a semicolon.
        text = kind == SqlFragmentKind.Query ? text.TrimEnd(';').TrimEnd() : text;
        return SqlFragment.FaultOf(text, kind, SqlDialect.Postgres) is { } fault
            ? Refuse(attribute, $"This cannot stand in a statement: {fault}", "Write one expression or query of SQL.")
            : text;
    }

    /// <summary>The schema in which the object lives: a name, the address of a schema resource or the resource itself.</summary>
    public string Schema()
    {
        var name = this["schema"] is { } node ? References.SchemaName(node, context) : QualifiedName.DefaultSchema;
        var fault = name is null ? "it is neither a name nor a schema of the configuration" : NameFault(name) ?? SystemFault(name);
        if (fault is not null)
        {
            Invalid("schema", $"This schema cannot be used: {fault}");
        }

        return name ?? QualifiedName.DefaultSchema;
    }

    /// <summary>Another table: a name, the address of a table resource or the resource itself; null after an error or when absent.</summary>
    public QualifiedName? Table(string attribute, string defaultSchema)
    {
        if (this[attribute] is not { } node)
        {
            Error(attribute, DiagnosticCodes.MissingAttribute, $"'{attribute}' is missing");
            return null;
        }

        if (References.Table(node, defaultSchema, context) is not { } table)
        {
            Invalid(attribute, "This names no table", "Write a name, schema.name or a reference such as postgres_table.users.");
            return null;
        }

        if ((NameFault(table.Schema) ?? NameFault(table.Name)) is { } fault)
        {
            Invalid(attribute, $"'{Shown(table.ToString())}' cannot name a table: {fault}");
            return null;
        }

        return table;
    }

    /// <summary>A collation or operator class: a name, a qualified name or either in quotes, spelled for a statement.</summary>
    public string? QuotedReference(string attribute)
    {
        var text = Text(attribute);
        if (text is null)
        {
            return null;
        }

        var parts = QualifiedName.SplitParts(text);
        return parts is null || parts.Any(part => NameFault(part) is not null)
            ? Refuse(attribute, $"'{Shown(text)}' is not a name or a qualified name")
            : string.Join('.', parts.Select(part => IsPlain(part) ? part : SqlIdentifier.Quote(part)));
    }

    private static bool IsPlain(string name) => !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    private static string? NameFault(string name) => SqlIdentifier.FaultOf(name, SqlDialect.Postgres);

    private static string? SystemFault(string schema) =>
        schema.StartsWith("pg_", StringComparison.Ordinal) || schema == "information_schema" ? "it belongs to the system" : null;

    private static string Shown(string text) => new([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);

    private string? Refuse(string attribute, string summary, string? detail = null)
    {
        Invalid(attribute, summary, detail);
        return null;
    }
}
