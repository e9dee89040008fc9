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

    /// <summary>The object alone at <paramref name="attribute"/>, with a place of its own; null when something else or nothing stands there.</summary>
    public ConfigReader? Member(string attribute) => this[attribute] is JsonObject member ? new ConfigReader(member, path.Member(attribute), context) : null;

    /// <summary>The attributes of the object.</summary>
    public IEnumerable<string> Attributes => config.Select(member => member.Key);

    public DescribeContext Context => context;

    /// <summary>The way to the object.</summary>
    public AttributePath Path => path;

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

    /// <summary><c>not_null</c>, or its opposite <c>nullable</c>.</summary>
    public bool IsNotNull()
    {
        var (nullable, notNull) = (Flag("nullable"), Flag("not_null"));
        if (nullable is not null && nullable == notNull)
        {
            Invalid("not_null", "nullable and not_null contradict each other", "Write one of them.");
        }

        return notNull ?? !(nullable ?? true);
    }

    /// <summary>The SQL expression of a default; DEFAULT NULL is what nothing written means too.</summary>
    public string? Default()
    {
        var value = this["default"];
        if (value is JsonArray or JsonObject)
        {
            Error("default", DiagnosticCodes.WrongType, "A text, a number or a boolean is expected here", "A JSON value is a text: default = \"'{}'::jsonb\".");
            return null;
        }

        if (value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Contains('\0', StringComparison.Ordinal))
        {
            Invalid("default", "A default cannot hold the NUL character");
            return null;
        }

        var expression = SqlDefault.ToSql(value, SqlDialect.Postgres);
        return string.Equals(expression, "NULL", StringComparison.OrdinalIgnoreCase) ? null : expression;
    }

    /// <summary>An empty comment is none.</summary>
    public string? Comment() => Text("comment") is { Length: > 0 } comment ? comment : null;

    /// <summary>The role that shall own the object: a name, the address of a role resource or the resource itself.</summary>
    public string? Owner() => this["owner"] is null ? null : Named("owner");

    /// <summary>The name of an object that lives in no schema, or the resource that is it; null after an error.</summary>
    public string? Named(string attribute)
    {
        if (this[attribute] is not { } node)
        {
            Error(attribute, DiagnosticCodes.MissingAttribute, $"'{attribute}' is missing");
            return null;
        }

        var name = References.Name(node, context);
        var fault = name is null ? "it is neither a name nor a resource" : NameFault(name);
        return fault is null ? name : Refuse(attribute, $"This cannot be used as {attribute}: {fault}");
    }

    /// <summary>A list of what <see cref="Named"/> takes one of.</summary>
    public IReadOnlyList<string> NamedList(string attribute)
    {
        var names = new List<string>();
        foreach (var element in this[attribute] switch { null => [], JsonArray list => list.ToArray(), var one => [one] })
        {
            var name = element is null ? null : References.Name(element, context);
            if ((name is null ? "it is neither a name nor a resource" : NameFault(name)) is { } fault)
            {
                Invalid(attribute, $"This cannot be one of {attribute}: {fault}");
            }
            else
            {
                names.Add(name!);
            }
        }

        return names;
    }

    /// <summary>A type in any spelling, or a type resource, in the server's spelling as far as it can be told; text after an error.</summary>
    public WrittenType Type(string attribute) => Type(attribute, this[attribute] is JsonObject ? null : Text(attribute) ?? "");

    /// <param name="text">What stands at the attribute, or the part of it that is the type; null for a resource.</param>
    public WrittenType Type(string attribute, string? text)
    {
        var named = text is not null ? References.Resource(text, context) : References.Table(this[attribute]!, QualifiedName.DefaultSchema, context);
        var written = named is { } type ? Spelled(type) : text ?? "";
        var understood = PostgresType.Understand(written);
        if (understood.Fault is { } fault)
        {
            Invalid(attribute, $"This is not a type: {fault}");
        }

        return understood;

        static string Spelled(QualifiedName type) => $"{SpelledName(type.Schema)}.{SpelledName(type.Name)}";
    }

    /// <summary>An object of settings by name: texts, numbers and booleans, as the server writes them.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings(string attribute)
    {
        var settings = new List<(string, string)>();
        if (Member(attribute) is not { } members)
        {
            return settings;
        }

        foreach (var name in members.Attributes)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
            {
                members.Invalid(name, $"'{Shown(name)}' is not the name of a setting");
            }
            else if (members[name] is JsonValue value)
            {
                settings.Add((name, value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()));
            }
            else
            {
                members.Invalid(name, "A setting is a text, a number or a boolean");
            }
        }

        return settings;
    }

    /// <summary>Any number.</summary>
    public double? Real(string attribute)
    {
        switch (this[attribute])
        {
            case null:
                return null;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number
                && double.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number):
                return number;
            default:
                Error(attribute, DiagnosticCodes.WrongType, "A number is expected here");
                return null;
        }
    }

    /// <summary>One of the words, in any case; null after an error or when absent.</summary>
    public string? Choice(string attribute, params string[] words)
    {
        var text = Text(attribute);
        var folded = words.FirstOrDefault(word => string.Equals(text?.Replace('_', ' '), word, StringComparison.OrdinalIgnoreCase));
        if (text is not null && folded is null)
        {
            Invalid(attribute, $"This is none of {string.Join(", ", words)}");
        }

        return folded;
    }

    /// <summary>The schema in which the object lives: a name, the address of a schema resource or the resource itself.</summary>
    public string Schema()
    {
        var name = this["schema"] is { } node ? References.Name(node, context) : QualifiedName.DefaultSchema;
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
            : string.Join('.', parts.Select(SpelledName));
    }

    /// <summary>As the server spells a name that is no keyword.</summary>
    public static string SpelledName(string name) => IsPlain(name) ? name : SqlIdentifier.Quote(name);

    private static bool IsPlain(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>Why PostgreSQL cannot hold the name; null when it can.</summary>
    public static string? NameFault(string name) => SqlIdentifier.FaultOf(name, SqlDialect.Postgres);

    private static string? SystemFault(string schema) =>
        schema.StartsWith("pg_", StringComparison.Ordinal) || schema == "information_schema" ? "it belongs to the system" : null;

    /// <summary>For a message.</summary>
    public static string Shown(string text) => new([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);

    private string? Refuse(string attribute, string summary, string? detail = null)
    {
        Invalid(attribute, summary, detail);
        return null;
    }
}
