using System.Data.Common;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>
/// Triggers: https://mariadb.com/kb/en/create-trigger/. One is replaced in one statement and keeps its place among the others. The server moves no table to another
/// database with its triggers, so one is dropped before its table goes into quarantine, and restored by itself.
/// </summary>
internal sealed class TriggerHandler : ObjectHandler<TriggerDefinition>, IKeepingHandler, IRenamingHandler, IAdaptingHandler<MySqlSession>
{
    public const string Type = "trigger";

    public override string Description => "A trigger of a table.";

    public override ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The trigger's name, unique within its database.", required: true),
            ["schema"] = Reference("Where to look for a table that names no database. The trigger always lives with its table.", ["schema"]),
            ["table"] = Reference("The table: its name, database.name, or a table resource.", ["table"], required: true),
            ["timing"] = OneOf("before or after.", "before", "after") with { Required = true },
            ["event"] = OneOf("insert, update or delete.", "insert", "update", "delete") with { Required = true },
            ["follows"] = Reference("The trigger of the same table, timing and event that runs right before it. Left out, it stays where it is; something new comes last.", [Type]),
            ["precedes"] = Computed(AttributeTypes.String, "The trigger that runs right after it."),
            ["definer"] = ProgramConfig.Definer,
            ["body"] = ProgramConfig.Body,
        },
    };

    public IReadOnlyCollection<string> Kept { get; } = ["follows", ProgramConfig.DefinerAttribute];

    /// <summary>The one ahead of it may go.</summary>
    public IReadOnlyCollection<string> KeptLoosely { get; } = ["follows"];

    /// <summary>The server renames none.</summary>
    public IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => null;

    public IReadOnlyList<Statement> Adapt(MySqlSession session, JsonObject definition, IReadOnlyList<Statement> statements) =>
        ProgramConfig.WithoutReplace(session, statements, "TRIGGER", Format.Read<TriggerDefinition>(definition).Identity);

    protected override TriggerDefinition Describe(ConfigReader config)
    {
        var table = config.Table("table", config.Schema()) ?? new MySqlName(null, "");
        return new TriggerDefinition
        {
            Schema = table.Schema,
            Name = config.Name("name") ?? "",
            Table = table.ToString(),
            Timing = config.Choice("timing", "before", "after") ?? "before",
            Event = config.Choice("event", "insert", "update", "delete") ?? "insert",
            Follows = config["follows"] is { } other ? config.Named("follows", other) : null,
            Definer = config.DefinerOf(),
            Body = config.BodyOf(),
        };
    }

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        yield return new ObjectReference(TableResource.Type, (string)definition["table"]!);
        if ((string?)definition["follows"] is { } other)
        {
            yield return new ObjectReference(Type, new MySqlName((string?)definition["schema"], other).ToString());
        }
    }

    /// <summary>All of a database at once: the server finds none by its name, and each has its neighbours.</summary>
    protected override async Task<IReadOnlyList<TriggerDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<TriggerDefinition>();
        var key = "";
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT EVENT_OBJECT_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, DEFINER, ACTION_STATEMENT FROM information_schema.TRIGGERS
                        WHERE {CatalogScope.OfSchemas(session.Database, "EVENT_OBJECT_SCHEMA", lookups)}
                        ORDER BY EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER
                        """),
                    row =>
                    {
                        var trigger = Trigger(row, names);
                        var ofRow = $"{trigger.Table} {trigger.Timing} {trigger.Event}";
                        if (ofRow == key)
                        {
                            trigger = trigger with { Follows = found[^1].Name };
                            found[^1] = found[^1] with { Precedes = trigger.Name };
                        }

                        key = ofRow;
                        found.Add(trigger);
                    }),
            ],
            cancellationToken);
        return found;
    }

    protected override JsonObject ToConfig(TriggerDefinition definition)
    {
        var config = Format.Write(definition with { Precedes = null });
        config.Remove("schema");
        return config;
    }

    protected override IEnumerable<Statement> Create(TriggerDefinition definition) => [Create(definition, "CREATE ", Follows(definition.Follows))];

    protected override IEnumerable<Statement>? Alter(TriggerDefinition actual, TriggerDefinition desired)
    {
        if (actual.Table != desired.Table)
        {
            return null;
        }

        // One that is replaced comes last, behind the one that it followed, wherever that is by now.
        var stays = actual.Timing == desired.Timing && actual.Event == desired.Event && actual.Follows == desired.Follows;
        var place = actual.Follows != desired.Follows ? Follows(desired.Follows) : stays && actual.Precedes is { } next ? $" PRECEDES {MySqlName.Quote(next)}" : "";
        return [Create(desired, ProgramConfig.Replacing, place)];
    }

    /// <summary>It may have gone with its table.</summary>
    protected override IEnumerable<Statement> Drop(TriggerDefinition definition) => [new Statement($"DROP TRIGGER IF EXISTS {definition.Identity.Quoted}")];

    private static Statement Create(TriggerDefinition trigger, string create, string place) => new(
        $"{create}{ProgramConfig.DefinerClause(trigger.Definer)}TRIGGER {trigger.Identity.Quoted} {trigger.Timing.ToUpperInvariant()} {trigger.Event.ToUpperInvariant()} ON {trigger.TableName.Quoted} FOR EACH ROW{place}\n{trigger.Body}");

    private static string Follows(string? other) => other is null ? "" : $" FOLLOWS {MySqlName.Quote(other)}";

    private static TriggerDefinition Trigger(DbDataReader row, SchemaNames names) => new()
    {
        Schema = names.Schema(row.GetString(0)),
        Name = row.GetString(1),
        Table = names.Name(row.GetString(0), row.GetString(2)).ToString(),
        Timing = row.GetString(3).ToLowerInvariant(),
        Event = row.GetString(4).ToLowerInvariant(),
        Definer = row.Text(5),
        Body = StoredProgram.Trim(row.GetString(6)),
    };
}
