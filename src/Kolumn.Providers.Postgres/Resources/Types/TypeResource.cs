using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Types;

/// <summary>What a user may write about a type.</summary>
internal static class TypeResource
{
    public const string Type = "type";

    private static readonly string[] Kinds = ["values", "attributes", "base"];

    private static readonly string[] OfDomains = ["collation", "default", "nullable", "not_null", "checks"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The type's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the schema, or a schema resource. Default: public.", ["schema"]),
            ["values"] = Any("Makes an enum: its values in order, each a text or { name, renamed_from }."),
            ["attributes"] = Objects("Makes a composite type: its attributes.", Attribute()),
            ["base"] = Any("Makes a domain: the type under it."),
            ["collation"] = Text("Of a domain: name of a collation, qualified if need be."),
            ["default"] = Any("Of a domain: a number, a boolean, a text, or an SQL expression such as now()."),
            ["nullable"] = Flag("Of a domain: whether NULL is allowed.", standard: true),
            ["not_null"] = Flag("The opposite of nullable."),
            ["checks"] = Objects("Of a domain: what must not be false for VALUE.", Check()),
            ["comment"] = Text("Description stored with the type."),
            ["owner"] = RoleResource.Owner,
            ["renamed_values"] = Computed(AttributeTypes.Map, "What values were called before."),
        },
    };

    public static TypeDefinition Describe(ConfigReader reader)
    {
        var (schema, name) = (reader.Schema(), reader.Name("name") ?? "");
        var kinds = Kinds.Where(reader.Has).ToList();
        if (kinds.Count != 1)
        {
            reader.Invalid(kinds.ElementAtOrDefault(1) ?? "values", "A type has either values (an enum), attributes (a composite type) or a base (a domain)");
        }

        var domain = reader.Has("base");
        foreach (var attribute in OfDomains.Where(attribute => !domain && reader.Has(attribute)))
        {
            reader.Invalid(attribute, $"Only a domain has {attribute}", "Write base, the type under it.");
        }

        var (values, renamed) = Values(reader);
        return new TypeDefinition
        {
            Schema = schema,
            Name = name,
            Values = values,
            RenamedValues = renamed.Count > 0 ? renamed : null,
            Composite = reader.Has("attributes"),
            Attributes = [.. reader.Objects("attributes").Select(attribute => new TypeAttribute
            {
                Name = attribute.Name("name") ?? "",
                Type = attribute.Type("type").Name,
                Collation = attribute.QuotedReference("collation"),
            })],
            Base = domain ? reader.Type("base").Name : null,
            Collation = reader.QuotedReference("collation"),
            Default = reader.Default(),
            Nullable = reader.IsNotNull() ? false : null,
            Checks = Checks(reader, name),
            Comment = reader.Comment(),
            Owner = reader.Owner(),
        };
    }

    public static JsonObject ToConfig(TypeDefinition type, JsonObject config)
    {
        config.Remove("renamed_values");
        config.Remove("composite");
        if (type.Kind == TypeKind.Composite && type.Attributes.Count == 0)
        {
            config["attributes"] = new JsonArray();
        }

        if (type.Default is { } expression)
        {
            config["default"] = DefaultText.Of(expression);
        }

        foreach (var check in config["checks"]?.AsArray() ?? [])
        {
            check!.AsObject().Remove("not_valid");
        }

        return config;
    }

    private static (List<string> Values, SortedDictionary<string, string> Renamed) Values(ConfigReader reader)
    {
        var (values, renamed) = (new List<string>(), new SortedDictionary<string, string>(StringComparer.Ordinal));
        JsonNode?[] elements = reader["values"] switch
        {
            null => [],
            JsonArray list => [.. list],
            var one => [one],
        };
        foreach (var element in elements)
        {
            var (value, old) = element switch
            {
                JsonObject both => (TextOf(both["name"]), TextOf(both["renamed_from"])),
                _ => (TextOf(element), null),
            };
            if (value is null)
            {
                reader.Error("values", DiagnosticCodes.WrongType, "Values are texts, or objects with name and renamed_from");
            }
            else if (PostgresConfig.NameFault(value) is { } fault)
            {
                reader.Invalid("values", $"'{ConfigReader.Shown(value)}' cannot be a value of an enum: {fault}");
            }
            else if (values.Contains(value))
            {
                reader.Invalid("values", $"The value '{value}' is listed twice");
            }
            else
            {
                values.Add(value);
                if (old is not null && old != value && !renamed.TryAdd(value, old))
                {
                    reader.Invalid("values", $"The value '{value}' is renamed twice");
                }
            }
        }

        foreach (var (value, old) in renamed.Where(rename => values.Contains(rename.Value)))
        {
            reader.Invalid("values", $"'{value}' cannot have been '{old}': that is a value too");
        }

        return (values, renamed);
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static List<CheckDefinition> Checks(ConfigReader reader, string domain)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var checks = new List<CheckDefinition>();
        foreach (var check in reader.Objects("checks"))
        {
            var name = check.Name("name", required: false) ?? ObjectNames.Unused(ObjectNames.Check(domain, "", []), names);
            if (!names.Add(name))
            {
                check.Invalid("name", $"Two checks of the domain are called '{name}'", "Give one of them another name.");
            }

            if (check.Sql("expression") is { } expression)
            {
                checks.Add(new CheckDefinition { Name = name, Expression = expression });
            }
        }

        return checks;
    }

    private static Dictionary<string, AttributeSchema> Attribute() => new()
    {
        ["name"] = Text("The attribute's name.", required: true),
        ["type"] = Reference("Any type of the server in any of its spellings, or a type resource.", ["type"], required: true),
        ["collation"] = Text("Name of a collation, qualified if need be."),
    };

    private static Dictionary<string, AttributeSchema> Check() => new()
    {
        ["name"] = Text("Default: as PostgreSQL names it, <domain>_check."),
        ["expression"] = Text("What must not be false for VALUE.", required: true),
    };
}
