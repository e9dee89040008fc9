using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Triggers;

/// <summary>Triggers: <c>sqlite_trigger</c>.</summary>
internal sealed class TriggerHandler : IResourceHandler<SqliteSession>, IStatementHandler, INormalizingHandler<SqliteSession>, IRenamingHandler, IAccompanyingHandler
{
    public string Description => "A trigger on a table, or instead of a change to a view.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Name("trigger"),
            ["table"] = Attributes.Any("The table or view: its name or the resource.", required: true) with { References = ["table", "view"] },
            ["timing"] = Attributes.OneOf("When it runs; before, when left out", "before", "after", "instead_of"),
            ["event"] = Attributes.OneOf("What sets it off", "insert", "update", "delete") with { Required = true },
            ["columns"] = Attributes.ListOf(Attributes.Text("A column."), "Of an update: the columns that matter; all when left out."),
            ["when"] = Attributes.Text("The condition under which it runs."),
            ["for_each_row"] = Attributes.Flag("true: SQLite knows no other triggers."),
            ["body"] = Attributes.Text("Statements, divided by semicolons. Comments are not kept.", required: true),
        },
    };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reading = new ConfigReading(context);
        var body = reading.Tokens(config.Text("body") ?? "", SqlFragmentKind.Statements, AttributePath.Of("body"));
        if (body.Count > 0 && TriggerDdl.BodyFault(body) is { } fault)
        {
            reading.Error(AttributePath.Of("body"), fault, "Write the statements between BEGIN and END, without these words.");
        }

        if (config.Flag("for_each_row") == false)
        {
            reading.Error(AttributePath.Of("for_each_row"), "SQLite's triggers run for each row", "Remove for_each_row.");
        }

        var happening = reading.Keyword(config, "event", AttributePath.Root, "INSERT", "UPDATE", "DELETE") ?? "INSERT";
        var columns = config.Texts("columns").Select((name, index) => reading.Name(name, AttributePath.Of("columns").Element(index))).ToList();
        if (columns.Count > 0 && happening != "UPDATE")
        {
            reading.Error(AttributePath.Of("columns"), "columns belong to an update trigger", "Remove them.");
        }

        var timing = reading.Keyword(config, "timing", AttributePath.Root, "BEFORE", "AFTER", "INSTEAD OF") ?? "BEFORE";
        return new TriggerDefinition
        {
            Name = reading.ObjectName(config, AttributePath.Of("name")),
            Table = reading.Reference(config["table"], AttributePath.Of("table")).Table,
            Timing = timing == "INSTEAD OF" ? "instead_of" : timing == "AFTER" ? "after" : "before",
            Event = happening == "UPDATE" ? "update" : happening == "DELETE" ? "delete" : "insert",
            Columns = columns,
            When = config.Text("when") is { } when ? reading.Expression(when, AttributePath.Of("when")) : null,
            Body = CanonicalSql.Statements(body),
        }.ToJson();
    }

    public string IdentityOf(JsonObject definition) => SqliteName.Fold(definition.Text("name")!);

    /// <summary>What it stands on. What its body uses has to exist when it first runs, not before.</summary>
    public IEnumerable<ObjectReference> Requires(JsonObject definition)
    {
        var table = SqliteName.Fold(definition.Text("table")!);
        return [new ObjectReference("table", table), new ObjectReference("view", table)];
    }

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(SqliteSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var entries = await session.ReadAsync(SchemaCatalog.Entries, cancellationToken);
        return [.. SchemaCatalog.Read(entries, "trigger", identities, entry => TriggerDdl.Read(entry.Sql) with { Name = entry.Name, Table = entry.Table }).Select(trigger => trigger.ToJson())];
    }

    public JsonObject ToConfig(JsonObject definition)
    {
        var config = (JsonObject)definition.DeepClone();
        config["table"] = JsonMembers.ToReference(definition.Text("table")!);
        return config;
    }

    public IReadOnlyList<Statement> Create(JsonObject definition) => [new Statement(TriggerDdl.Create(TriggerDefinition.FromJson(definition)))];

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => owner == new ObjectReference("table", SqliteName.Fold(definition.Text("table")!));

    /// <summary>SQLite renames tables and columns alone.</summary>
    public IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => null;

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => [.. Drop(actual), .. Create(desired)];

    /// <summary>It may have gone with its table or view before.</summary>
    public IReadOnlyList<Statement> Drop(JsonObject definition) => [new Statement($"DROP TRIGGER IF EXISTS {SqlIdentifier.Quote(definition.Text("name")!)}")];

    public Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        SqliteSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken) =>
        SpelledAsExisting.NormalizeAsync(this, "trigger", definition => TriggerDefinition.FromJson(definition).Meaning, session, definitions, all, cancellationToken);
}
