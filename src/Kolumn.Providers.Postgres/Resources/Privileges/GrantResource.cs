using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>What a user may write about a grant, and what it describes.</summary>
internal static class GrantResource
{
    public const string Type = "grant";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["table"] = Reference("On a table, view, materialised view or partition: its name, schema.name, or its resource.", ["table", "view", "materialized_view", "partition"]),
            ["sequence"] = Reference("On a sequence.", ["sequence"]),
            ["schema"] = Reference("On a schema.", ["schema"]),
            ["database"] = Reference("On a database.", ["database"]),
            ["function"] = Any("On a function: schema.name(types), or its resource."),
            ["procedure"] = Any("On a procedure: schema.name(types), or its resource."),
            ["type"] = Reference("On a type.", ["type"]),
            ["to"] = RightsReader.To,
            ["privileges"] = RightsReader.Privileges,
            ["with_grant_option"] = RightsReader.WithGrantOption,
            ["columns"] = Objects("Of a table, what it may do with single columns.", new Dictionary<string, AttributeSchema>
            {
                ["name"] = Text("The column's name.", required: true),
                ["privileges"] = RightsReader.Privileges with { Required = true },
                ["with_grant_option"] = RightsReader.WithGrantOption,
            }),
            ["standard"] = RightsReader.Standard,
        },
    };

    public static GrantDefinition Describe(ConfigReader reader)
    {
        var (kind, about) = About(reader);
        var to = RightsReader.Grantee(reader);
        var privileges = RightsReader.ReadPrivileges(reader, kind);
        if (!reader.Has("privileges") && !reader.Has("columns"))
        {
            reader.Error("privileges", DiagnosticCodes.MissingAttribute, "'privileges' is missing", "Write what may be done, or [] for nothing at all.");
        }

        return GrantDefinition.Of(kind, about, to) with
        {
            Privileges = privileges,
            WithGrantOption = RightsReader.ReadGrantable(reader, kind, privileges),
            Columns = Columns(reader, kind),
            Standard = to == AclItem.Everybody ? kind.Everybodys : [],
        };
    }

    private static (PrivilegeKind Kind, string Object) About(ConfigReader reader)
    {
        var kinds = PrivilegeKind.Objects.Where(kind => reader.Has(kind.Word)).ToList();
        if (kinds.Count != 1)
        {
            var words = string.Join(", ", PrivilegeKind.Objects.Select(kind => kind.Word));
            reader.Invalid(kinds.Count == 0 ? "table" : kinds[1].Word, $"A grant is on exactly one of {words}");
            return (kinds.FirstOrDefault() ?? PrivilegeKind.Table, "public.x");
        }

        var attribute = kinds[0].Word;
        return (kinds[0], kinds[0] switch
        {
            var kind when kind == PrivilegeKind.Schema || kind == PrivilegeKind.Database => reader.Named(attribute) ?? "",
            var kind when kind == PrivilegeKind.Function || kind == PrivilegeKind.Procedure => Routine(reader, attribute),
            _ => Named(reader, attribute),
        });
    }

    private static string Named(ConfigReader reader, string attribute)
    {
        var name = References.Table(reader[attribute]!, QualifiedName.DefaultSchema, reader.Context);
        if (name is not { } known || (PostgresConfig.NameFault(known.Schema) ?? PostgresConfig.NameFault(known.Name)) is not null)
        {
            reader.Invalid(attribute, $"This names no {attribute}", $"Write a name, schema.name or a reference such as postgres_{attribute}.x.");
            return "public.x";
        }

        return known.ToString();
    }

    /// <summary>A resource says which arguments it takes; a text has to.</summary>
    private static string Routine(ConfigReader reader, string attribute)
    {
        var node = reader[attribute]!;
        var written = node is JsonObject resource ? (string?)resource["id"] : node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        if (written is not null && reader.Context.ConfigOf(written) is { } config)
        {
            var described = new ConfigReader(config, AttributePath.Root, new Kolumn.Sdk.DescribeContext(reader.Context.Address, reader.Context.ConfigOf), reader.Dialect);
            return RoutineNames.IdentityOf(DefinitionJson.Write(RoutineResource.DescribeProcedure(described)));
        }

        if (written is null || RoutineNames.Understand(written) is not { } identity)
        {
            reader.Invalid(attribute, $"This names no {attribute}", "Write its name with the types of what goes in, shop.total(integer, text), or its resource.");
            return "public.x()";
        }

        return identity;
    }

    private static IReadOnlyList<ColumnRights> Columns(ConfigReader reader, PrivilegeKind kind)
    {
        var columns = new SortedDictionary<string, ColumnRights>(StringComparer.Ordinal);
        if (kind != PrivilegeKind.Table && reader.Has("columns"))
        {
            reader.Invalid("columns", $"A {kind.Word} has no columns that could be granted");
            return [];
        }

        foreach (var element in reader.Objects("columns"))
        {
            var privileges = RightsReader.ReadPrivileges(element, PrivilegeKind.Column);
            var column = new ColumnRights
            {
                Name = element.Name("name") ?? "",
                Privileges = privileges,
                WithGrantOption = RightsReader.ReadGrantable(element, PrivilegeKind.Column, privileges),
            };
            if (privileges.Count > 0 && !columns.TryAdd(column.Name, column))
            {
                element.Invalid("name", $"The column {column.Name} stands here twice");
            }
        }

        return [.. columns.Values];
    }
}
