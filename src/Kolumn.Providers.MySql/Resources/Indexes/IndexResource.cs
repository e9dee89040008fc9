using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Indexes;

/// <summary>What a user may write about an index, and what it describes.</summary>
internal static class IndexResource
{
    public const string Type = "index";

    private static readonly string[] Members = ["name", "length", "order"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The index's name, unique within its table.", required: true),
            ["schema"] = Reference("Where to look for a table that names no database. The index always lives with its table.", ["schema"]),
            ["table"] = Reference("The table: its name, database.name, or a table resource.", ["table"], required: true),
            ["columns"] = Any("In their order, a list of names, or of objects with name, and length (characters that count), order (asc, desc).", required: true),
            ["unique"] = Flag("No two rows may have equal keys."),
            ["method"] = OneOf("btree (default), hash, fulltext or spatial.", "btree", "hash", "fulltext", "spatial"),
            ["invisible"] = Flag("Kept up to date and not used by queries."),
            ["comment"] = Text("Description stored with the index."),
        },
    };

    public static IndexDefinition Describe(ConfigReader reader)
    {
        var method = reader.Choice("method", "btree", "hash", "fulltext", "spatial");
        var unique = reader.Flag("unique") ?? false;
        if (unique && method is "fulltext" or "spatial")
        {
            reader.Invalid("unique", $"A {method} index cannot be unique");
        }

        return new IndexDefinition
        {
            Name = reader.Name("name") ?? "",
            Table = (reader.Table("table", reader.Schema()) ?? new MySqlName(null, "")).ToString(),
            Unique = unique && method is not ("fulltext" or "spatial"),
            Method = method is null or "btree" ? null : method,
            Columns = Parts(reader),
            Invisible = reader.Flag("invisible") ?? false,
            Comment = reader.Comment(),
        };
    }

    public static JsonObject ToConfig(IndexDefinition index)
    {
        var config = DefinitionJson.Format.Write(index);
        config["columns"] = new JsonArray([.. index.Columns.Select(ToConfig)]);
        return config;
    }

    private static JsonNode? ToConfig(IndexPart part)
    {
        if (part is { Length: null, Order: null })
        {
            return part.Column;
        }

        var config = new JsonObject { ["name"] = part.Column };
        if (part.Length is { } length)
        {
            config["length"] = length;
        }

        if (part.Order is { } order)
        {
            config["order"] = order;
        }

        return config;
    }

    private static List<IndexPart> Parts(ConfigReader reader)
    {
        JsonNode?[] elements = reader["columns"] switch { null => [], JsonArray list => [.. list], var one => [one] };
        if (elements.Length == 0)
        {
            reader.Error("columns", DiagnosticCodes.MissingAttribute, "An index names its columns");
        }

        var parts = new List<IndexPart>();
        foreach (var (at, element) in elements.Index())
        {
            var path = reader.Path.Member("columns").Element(at);
            var part = element switch
            {
                JsonObject one => reader.Of(one, path),
                JsonValue value when value.GetValueKind() == JsonValueKind.String => reader.Of(new JsonObject { ["name"] = value.GetValue<string>() }, path),
                _ => null,
            };
            if (part is null)
            {
                reader.Context.Error(DiagnosticCodes.WrongType, path, "A column's name or an object is expected here");
                continue;
            }

            foreach (var unknown in part.Attributes.Where(member => !Members.Contains(member)))
            {
                part.Error(unknown, DiagnosticCodes.UnknownAttribute, $"An index column has no attribute '{unknown}'", $"It has {string.Join(", ", Members)}.");
            }

            var length = part.Number("length");
            if (length is < 1 or > 65535)
            {
                part.Invalid("length", "A length is a whole number from 1 on");
            }

            parts.Add(new IndexPart { Column = part.Name("name") ?? "", Length = (int?)length, Order = part.Choice("order", "asc", "desc") == "desc" ? "desc" : null });
        }

        return parts;
    }
}
