using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;
using ObjectType = Kolumn.Protocol.Schema.ObjectType;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Reads <c>migration "name" { … }</c> as the request that the migration functions take: its attributes are called like the
/// members there, and <c>resource</c> stands for the two that name one.
/// </summary>
internal static class MigrationBlocks
{
    private static readonly ResourceKind Kind = new("migration", "A named change that a database makes once.", [], Schema(), Schema());

    /// <param name="block">What is read.</param>
    /// <param name="scope">What it may refer to.</param>
    /// <param name="diagnostics">Where mistakes go.</param>
    /// <returns>Null after an error.</returns>
    public static ReadMigration? Read(MigrationBlock block, EvaluationScope scope, DiagnosticList diagnostics)
    {
        foreach (var item in MetaArguments.Names.Where(name => name != "provider").Select(block.Syntax.Body.Attribute).OfType<Language.Syntax.AttributeSyntax>())
        {
            diagnostics.Error(CoreCodes.InvalidBlock, item.NameRange, "Not part of a migration", $"Migrations are applied once each, in the order of their names; \"{item.Name}\" means nothing here.");
        }

        var (config, places) = ResourceReader.Read(new ResourceBlock("migration", block.Name, block.Syntax), Kind, scope, diagnostics);
        var wire = WireConfig.Write(config, Kind.ConfigSchema);
        if (wire.Sensitive.Count > 0)
        {
            diagnostics.Error(
                CoreCodes.InvalidBlock, places.Find(wire.Sensitive[0]), "A migration cannot hold a secret", "The ledger in the database keeps every statement. Set the secret by a resource, or outside of Kolumn.");
            return null;
        }

        var (type, name) = ResourceOf(wire.Json["resource"], places, diagnostics);
        wire.Json.Remove("resource");
        wire.Json["migration_id"] = block.Name;
        (wire.Json["resource_type"], wire.Json["resource_name"]) = (type, name);
        return diagnostics.HasErrors ? null : new ReadMigration(block, PayloadJson.FromNode<MigrationRequest>(wire.Json), type, places, wire.Unknown);
    }

    private static (string? Type, string? Name) ResourceOf(System.Text.Json.Nodes.JsonNode? resource, AttributePlaces places, DiagnosticList diagnostics)
    {
        switch (resource)
        {
            case null:
                return (null, null);
            case System.Text.Json.Nodes.JsonObject members when members["type"] is { } type && members["full_name"] is { } name:
                return (type.ToString(), name.ToString());
            case System.Text.Json.Nodes.JsonValue text when text.ToString().Split('.', 2) is [{ Length: > 0 } type, { Length: > 0 } name]:
                return (type, name);
            default:
                diagnostics.Error(
                    DiagnosticCodes.WrongType, places.Find(AttributePath.Of("resource")), "Not a resource", "Write resource = TYPE.NAME, or \"TYPE.NAME\" with the name that the database knows.");
                return (null, null);
        }
    }

    private static ObjectType Schema()
    {
        static AttributeSchema Text(string description, bool required = false) => new() { Type = AttributeTypes.String, Description = description, Required = required };
        return new ObjectType
        {
            Attributes = new Dictionary<string, AttributeSchema>
            {
                ["description"] = Text("What the ledger says of it"),
                ["resource"] = new() { Type = AttributeTypes.Any, Description = "The table or collection that column or the steps' operations are about" },
                ["column"] = Text("The column whose type changes"),
                ["from_type"] = Text("The type that it has to have before"),
                ["to_type"] = Text("Its new type"),
                ["steps"] = ListOf(new Dictionary<string, AttributeSchema>
                {
                    ["description"] = Text("What the step is for"),
                    ["sql"] = Text("One statement or several"),
                    ["rollback_sql"] = Text("What undoes them"),
                    ["operation"] = Text("Instead of sql: what is done with the resource"),
                    ["parameters"] = new() { Type = AttributeTypes.Map, Description = "Of the operation" },
                }),
                ["prechecks"] = ListOf(new Dictionary<string, AttributeSchema>
                {
                    ["name"] = Text("What it makes sure of"),
                    ["sql"] = Text("A query whose first value has to be true", required: true),
                }),
                ["safety"] = new()
                {
                    Type = AttributeTypes.Object,
                    Attributes = new Dictionary<string, AttributeSchema>
                    {
                        ["require_backup"] = new() { Type = AttributeTypes.Bool, Description = "Keep the rows that steps lose" },
                        ["lock_table"] = new() { Type = AttributeTypes.Bool, Description = "Keep everybody else away from the tables from before the prechecks on" },
                        ["timeout"] = Text("How long it may take, as \"90s\" or \"10m\""),
                    },
                },
            },
        };
    }

    private static AttributeSchema ListOf(IReadOnlyDictionary<string, AttributeSchema> attributes) =>
        new() { Type = AttributeTypes.List, Elem = new AttributeSchema { Type = AttributeTypes.Object, Attributes = attributes } };
}

/// <param name="ResourceType">Of the resource it is about; null: of none.</param>
/// <param name="Unknown">What is known only after apply.</param>
internal sealed record ReadMigration(MigrationBlock Block, MigrationRequest Request, string? ResourceType, AttributePlaces Places, IReadOnlyList<AttributePath> Unknown);
