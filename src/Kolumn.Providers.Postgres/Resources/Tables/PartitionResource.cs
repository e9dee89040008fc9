using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>What a user may write about a partition.</summary>
internal static class PartitionResource
{
    public const string Type = "partition";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The partition's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the schema, or a schema resource. Default: public.", ["schema"]),
            ["table"] = Reference("The table, or partition, that it belongs to: its name, schema.name, or a resource.", ["table", "partition"], required: true),
            ["values"] = Any("Which rows it takes: { from, to }, { in }, { modulus, remainder }, the same as SQL, or DEFAULT.", required: true),
            ["partition_by"] = Any("Divides its rows once more: as at a table."),
            ["unlogged"] = Flag("Not written to the log: faster, and empty after a crash."),
            ["storage_parameters"] = new AttributeSchema { Type = AttributeTypes.Map, Description = "As at a table." },
            ["comment"] = Text("Description stored with the partition."),
            ["owner"] = RoleResource.Owner,
        },
    };

    public static PartitionDefinition Describe(ConfigReader reader)
    {
        var schema = reader.Schema();
        return new PartitionDefinition
        {
            Schema = schema,
            Name = reader.Name("name") ?? "",
            Table = (reader.Table("table", schema) ?? new QualifiedName(schema, "")).ToString(),
            Values = Partitioning.Bounds(reader) ?? "DEFAULT",
            PartitionBy = Partitioning.Key(reader),
            Unlogged = reader.Flag("unlogged") ?? false,
            StorageParameters = StorageParameters.Describe(reader),
            Comment = reader.Comment(),
            Owner = reader.Owner(),
        };
    }
}
