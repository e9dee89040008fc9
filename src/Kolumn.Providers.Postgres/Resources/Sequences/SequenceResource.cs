using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Sequences;

/// <summary>What a user may write about a sequence.</summary>
internal static class SequenceResource
{
    public const string Type = "sequence";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The sequence's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the schema, or a schema resource. Default: public.", ["schema"]),
            ["data_type"] = Text("smallint, integer or bigint (default)."),
            ["start"] = Number("The first value. Default: the minimum, or the maximum when it counts down."),
            ["increment"] = Number("What is added each time; negative to count down. Default: 1."),
            ["min"] = Number("Default: 1, or the type's least value when it counts down."),
            ["max"] = Number("Default: the type's greatest value, or -1 when it counts down."),
            ["cache"] = Number("How many values a session takes at a time. Default: 1."),
            ["cycle"] = Flag("Starts again when the limit is reached."),
            ["owned_by"] = Any("A column that the sequence is dropped with: users.id, public.users.id, postgres_table.users.id."),
            ["unlogged"] = Flag("Not written to the log (PostgreSQL 15 and later)."),
            ["comment"] = Text("Description stored with the sequence."),
            ["owner"] = RoleResource.Owner,
        },
    };

    public static SequenceDefinition Describe(ConfigReader reader)
    {
        var schema = reader.Schema();
        var type = reader.Has("data_type") ? reader.Type("data_type").Name : SequenceDefinition.DefaultType;
        if (type is not ("smallint" or "integer" or "bigint"))
        {
            reader.Invalid("data_type", "A sequence counts in smallint, integer or bigint");
        }

        return SequenceType.RangeOf(type).Shortest(
            new SequenceDefinition
            {
                Schema = schema,
                Name = reader.Name("name") ?? "",
                DataType = type == SequenceDefinition.DefaultType ? null : type,
                Start = reader.Number("start"),
                Increment = Step(reader),
                Min = reader.Number("min"),
                Max = reader.Number("max"),
                Cache = reader.Number("cache"),
                Cycle = reader.Flag("cycle") ?? false,
                OwnedBy = OwnedBy(reader, schema),
                Unlogged = reader.Flag("unlogged") ?? false,
                Comment = reader.Comment(),
                Owner = reader.Owner(),
            });
    }

    private static long? Step(ConfigReader reader)
    {
        var increment = reader.Number("increment");
        if (increment == 0)
        {
            reader.Invalid("increment", "A sequence that adds nothing does not count");
        }

        return increment;
    }

    private static string? OwnedBy(ConfigReader reader, string schema)
    {
        if (reader["owned_by"] is not { } node)
        {
            return null;
        }

        if (References.TableOrColumn(node, schema, reader.Context) is ({ } table, { } column))
        {
            return $"{table}.{DottedName.Show(column)}";
        }

        reader.Invalid("owned_by", "This names no column of a table", "Write users.id or a reference such as postgres_table.users.id.");
        return null;
    }
}
