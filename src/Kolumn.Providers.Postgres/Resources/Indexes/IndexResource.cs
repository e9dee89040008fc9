using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>What a user may write about an index, and what it describes.</summary>
internal static class IndexResource
{
    public const string Type = "index";

    /// <summary>What may be said about one key.</summary>
    public static readonly IReadOnlyCollection<string> Members = ["name", "expression", "order", "nulls", "opclass", "collation"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The index's name.", required: true),
            ["schema"] = Reference("Where to look for an unqualified table. Default: public. The index always lives in the schema of its table.", ["schema"]),
            ["table"] = Reference("The table: its name, schema.name, or a table resource.", ["table", "partition", "materialized_view"], required: true),
            ["columns"] = Any("In their order, a list of names, or of objects with name or expression, and order (asc, desc), nulls (first, last), opclass, collation.", required: true),
            ["unique"] = Flag("No two rows may have equal keys."),
            ["nulls_not_distinct"] = Flag("Two NULLs count as equal (PostgreSQL 15 and later)."),
            ["method"] = Text("btree (default), hash, gin, gist, spgist, brin or one that an extension brings."),
            ["include"] = Names("Columns that the index carries beside the key."),
            ["where"] = Text("Condition of a partial index."),
            ["comment"] = Text("Description stored with the index."),
        },
    };

    public static IndexDefinition Describe(ConfigReader reader)
    {
        var table = reader.Table("table", reader.Schema()) ?? new QualifiedName(QualifiedName.DefaultSchema, "");
        var method = reader.Name("method", required: false);
        return new IndexDefinition
        {
            Schema = table.Schema,
            Name = reader.Name("name") ?? "",
            Table = table.ToString(),
            Method = method is null or "btree" ? null : method,
            Unique = reader.Flag("unique") ?? false,
            NullsNotDistinct = reader.Flag("nulls_not_distinct") ?? false,
            Columns = [.. Parts(reader, "columns", Members).Select(part => Part(part, new IndexPart()))],
            Include = reader.Names("include"),
            Where = reader.Sql("where"),
            Comment = reader.Comment(),
        };
    }

    public static JsonObject ToConfig(IndexDefinition index)
    {
        var config = DefinitionJson.Write(index);
        config.Remove("schema");
        config.Remove("invalid");
        config.Remove("leftovers");
        var table = QualifiedName.Parse(index.Table)!.Value;
        if (table.Schema == QualifiedName.DefaultSchema && QualifiedName.Parse(table.Name) is { } bare && bare.Name == table.Name)
        {
            config["table"] = table.Name;
        }

        config["columns"] = new JsonArray([.. index.Columns.Select(ToConfig)]);
        return config;
    }

    private static JsonNode? ToConfig(IndexPart part)
    {
        if (part == new IndexPart { Column = part.Column })
        {
            return part.Column;
        }

        var config = new JsonObject();
        Add("name", part.Column);
        Add("expression", part.Expression);
        Add("order", part.Order);
        Add("nulls", part.Nulls);
        Add("opclass", part.Opclass);
        Add("collation", part.Collation);
        return config;

        void Add(string member, string? value)
        {
            if (value is not null)
            {
                config[member] = value;
            }
        }
    }

    /// <summary>The elements of a list of names and objects, each as an object; what has other members than <paramref name="members"/> is told.</summary>
    public static IReadOnlyList<ConfigReader> Parts(ConfigReader reader, string attribute, IReadOnlyCollection<string> members)
    {
        JsonNode?[] elements = reader[attribute] switch
        {
            null => [],
            JsonArray list => [.. list],
            var one => [one],
        };
        if (elements.Length == 0)
        {
            reader.Error(attribute, DiagnosticCodes.MissingAttribute, "An index names its columns");
        }

        var parts = new List<ConfigReader>();
        for (var at = 0; at < elements.Length; at++)
        {
            var element = elements[at] switch
            {
                JsonObject one => one,
                JsonValue value when value.GetValueKind() == JsonValueKind.String => new JsonObject { ["name"] = value.GetValue<string>() },
                _ => null,
            };
            if (element is null)
            {
                reader.Context.Error(DiagnosticCodes.WrongType, reader.Path.Member(attribute).Element(at), "A column's name or an object is expected here");
                continue;
            }

            var part = reader.Of(element, reader.Path.Member(attribute).Element(at));
            foreach (var unknown in part.Attributes.Where(member => !members.Contains(member)))
            {
                part.Error(unknown, DiagnosticCodes.UnknownAttribute, $"An index column has no attribute '{unknown}'", $"It has {string.Join(", ", members)}.");
            }

            parts.Add(part);
        }

        return parts;
    }

    public static IndexPart Part(ConfigReader reader, IndexPart empty)
    {
        if (reader.Has("name") == reader.Has("expression"))
        {
            reader.Invalid("name", "An index column has either a name or an expression");
        }

        var descending = reader.Choice("order", "asc", "desc") == "desc";
        var nulls = reader.Choice("nulls", "first", "last");
        return empty with
        {
            Column = reader.Has("name") ? reader.Name("name") : null,
            Expression = reader.Sql("expression"),
            Order = descending ? "desc" : null,
            Nulls = nulls == (descending ? "first" : "last") ? null : nulls,
            Opclass = reader.QuotedReference("opclass"),
            Collation = reader.QuotedReference("collation"),
        };
    }
}
