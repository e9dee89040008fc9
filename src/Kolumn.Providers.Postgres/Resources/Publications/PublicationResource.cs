using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Publications;

/// <summary>What a user may write about a publication, and what it describes.</summary>
internal static class PublicationResource
{
    public const string Type = "publication";

    public static readonly IReadOnlyList<string> Operations = ["insert", "update", "delete", "truncate"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The publication's name.", required: true),
            ["all_tables"] = Flag("Every table of the database, also those to come."),
            ["tables"] = Any("Tables: names, resources, or objects with table, columns and where (PostgreSQL 15 and later)."),
            ["schemas"] = new AttributeSchema { Type = AttributeTypes.List, Elem = Any("A schema's name or resource."), Description = "Every table of these schemas (PostgreSQL 15 and later)." },
            ["publish"] = Names("Of insert, update, delete and truncate. Default: all of them."),
            ["via_partition_root"] = Flag("Changes of partitions go out as those of the table they belong to (PostgreSQL 13 and later)."),
            ["comment"] = Text("Description stored with the publication."),
            ["owner"] = RoleResource.Owner,
        },
    };

    public static PublicationDefinition Describe(ConfigReader reader)
    {
        var tables = Tables(reader);
        var schemas = reader.NamedList("schemas").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var all = reader.Flag("all_tables") ?? false;
        if (all && tables.Count + schemas.Count > 0)
        {
            reader.Invalid("all_tables", "A publication is for all tables or for some, not both");
        }

        var publish = reader.Names("publish").Select(name => name.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in publish.Where(name => !Operations.Contains(name)))
        {
            reader.Invalid("publish", $"'{unknown}' is none of {string.Join(", ", Operations)}");
        }

        return new PublicationDefinition
        {
            Name = reader.Name("name") ?? "",
            AllTables = all,
            Tables = tables,
            Schemas = schemas,
            Publish = publish.Count == Operations.Count ? [] : [.. Operations.Where(publish.Contains)],
            ViaPartitionRoot = reader.Flag("via_partition_root") ?? false,
            Comment = reader.Comment(),
            Owner = reader.Owner(),
        };
    }

    public static JsonObject ToConfig(PublicationDefinition publication, JsonObject config)
    {
        if (publication.Tables.Count > 0)
        {
            config["tables"] = new JsonArray([.. publication.Tables.Select(ToConfig)]);
        }

        return config;
    }

    private static JsonNode? ToConfig(PublishedTable table)
    {
        if (table.Columns.Count == 0 && table.Where is null)
        {
            return table.Name;
        }

        var config = DefinitionJson.Write(table);
        config.Remove("name", out var name);
        config.Insert(0, "table", name);
        return config;
    }

    private static List<PublishedTable> Tables(ConfigReader reader)
    {
        JsonNode?[] elements = reader["tables"] switch { null => [], JsonArray list => [.. list], var one => [one] };
        var tables = new SortedDictionary<string, PublishedTable>(StringComparer.Ordinal);
        for (var at = 0; at < elements.Length; at++)
        {
            // An object is a table with more to say about it, or a table resource.
            var members = elements[at] is JsonObject written && written["table"] is not null ? written.DeepClone().AsObject() : new JsonObject { ["table"] = elements[at]?.DeepClone() };
            var element = reader.Of(members, reader.Path.Member("tables").Element(at));
            foreach (var unknown in element.Attributes.Where(name => name is not ("table" or "columns" or "where")))
            {
                element.Error(unknown, DiagnosticCodes.UnknownAttribute, $"A published table has no attribute '{unknown}'", "It has table, columns, where.");
            }

            if (element.Table("table", QualifiedName.DefaultSchema) is not { } table)
            {
                continue;
            }

            var published = new PublishedTable { Name = table.ToString(), Columns = [.. element.Names("columns").Order(StringComparer.Ordinal)], Where = element.Sql("where") };
            if (!tables.TryAdd(published.Name, published))
            {
                element.Invalid("table", $"The table {published.Name} is published twice");
            }
        }

        return [.. tables.Values];
    }
}
