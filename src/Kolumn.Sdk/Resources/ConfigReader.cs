using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Resources;

/// <summary>One object of a user's configuration with the way to it, so that every mistake names its place.</summary>
/// <param name="path">The way to it from the resource.</param>
/// <param name="dialect">Decides what can be a name and where SQL ends.</param>
public sealed class ConfigReader(JsonObject config, AttributePath path, DescribeContext context, SqlDialect dialect)
{
    /// <summary>null where nothing is written, or JSON's null.</summary>
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
    public ConfigReader? Member(string attribute) => this[attribute] is JsonObject member ? new ConfigReader(member, path.Member(attribute), context, dialect) : null;

    /// <summary>The attributes of the object.</summary>
    public IEnumerable<string> Attributes => config.Select(member => member.Key);

    public DescribeContext Context => context;

    public SqlDialect Dialect => dialect;

    /// <summary>Another object of the same configuration, at a way of its own.</summary>
    public ConfigReader Of(JsonObject other, AttributePath at) => new(other, at, context, dialect);

    /// <summary>The way to the object.</summary>
    public AttributePath Path => path;

    /// <summary>A name that the database can hold; null after an error.</summary>
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
                readers.Add(new ConfigReader(one, at, context, dialect));
                break;
            case JsonArray list:
                for (var index = 0; index < list.Count; index++)
                {
                    if (list[index] is JsonObject element)
                    {
                        readers.Add(new ConfigReader(element, at.Element(index), context, dialect));
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
        return SqlFragment.FaultOf(text, kind, dialect) is { } fault
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
            Error("default", DiagnosticCodes.WrongType, "A text, a number or a boolean is expected here", "A JSON value is a text: default = \"'{}'\".");
            return null;
        }

        if (value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Contains('\0', StringComparison.Ordinal))
        {
            Invalid("default", "A default cannot hold the NUL character");
            return null;
        }

        var expression = SqlDefault.ToSql(value, dialect);
        return string.Equals(expression, "NULL", StringComparison.OrdinalIgnoreCase) ? null : expression;
    }

    /// <summary>An empty comment is none.</summary>
    public string? Comment() => Text("comment") is { Length: > 0 } comment ? comment : null;

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

    /// <summary>For a message.</summary>
    public static string Shown(string text) => new([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);

    /// <summary>Why the database cannot hold the name; null when it can.</summary>
    public string? NameFault(string name) => SqlIdentifier.FaultOf(name, dialect);

    /// <summary>Reports that the value cannot be used.</summary>
    /// <returns>null, for the caller to return.</returns>
    public string? Refuse(string attribute, string summary, string? detail = null)
    {
        Invalid(attribute, summary, detail);
        return null;
    }
}
