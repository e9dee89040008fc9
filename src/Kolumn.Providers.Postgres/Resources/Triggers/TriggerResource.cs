using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Triggers;

/// <summary>What a user may write about a trigger, and what it describes.</summary>
internal static class TriggerResource
{
    public const string Type = "trigger";

    private static readonly string[] Events = ["insert", "update", "delete", "truncate"];
    private static readonly string[] States = ["origin", "disabled", "replica", "always"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The trigger's name, unique within its table.", required: true),
            ["schema"] = Reference("Where to look for an unqualified table. Default: public.", ["schema"]),
            ["table"] = Reference("The table or view: its name, schema.name, or a resource.", ["table", "partition", "view"], required: true),
            ["timing"] = OneOf("before, after or instead_of.", "before", "after", "instead_of", "instead of"),
            ["events"] = Names("Of insert, update, delete and truncate.", required: true),
            ["columns"] = Names("Only updates that name one of these columns."),
            ["for_each_row"] = Flag("Runs once for each row; otherwise once for each statement."),
            ["when"] = Text("A condition, with OLD and NEW."),
            ["function"] = Reference("The function to call: its name, schema.name, or a function resource.", ["function"], required: true),
            ["arguments"] = new AttributeSchema { Type = AttributeTypes.List, Elem = Text("An argument."), Description = "Texts that the function is given." },
            ["old_table"] = Text("Name for the rows before the statement."),
            ["new_table"] = Text("Name for the rows after the statement."),
            ["constraint"] = Flag("A constraint trigger, which may be deferred; after, for each row."),
            ["deferrable"] = Flag("Of a constraint trigger: may run at the end of the transaction."),
            ["initially_deferred"] = Flag("Of a constraint trigger: runs at the end of the transaction unless told otherwise."),
            ["enabled"] = OneOf("origin (default), disabled, replica or always.", States),
            ["comment"] = Text("Description stored with the trigger."),
        },
    };

    public static TriggerDefinition Describe(ConfigReader reader)
    {
        var table = reader.Table("table", reader.Schema()) ?? new QualifiedName(QualifiedName.DefaultSchema, "");
        var events = reader.Names("events").Select(name => name.ToLowerInvariant()).ToList();
        foreach (var unknown in events.Where(name => !Events.Contains(name)))
        {
            reader.Invalid("events", $"'{unknown}' is none of {string.Join(", ", Events)}");
        }

        if (events.Count == 0)
        {
            reader.Error("events", DiagnosticCodes.MissingAttribute, "A trigger names what it waits for", $"At least one of {string.Join(", ", Events)}.");
        }

        if (!reader.Has("timing"))
        {
            reader.Error("timing", DiagnosticCodes.MissingAttribute, "A trigger comes before, after or instead_of something");
        }

        var constraint = reader.Flag("constraint") ?? false;
        var initiallyDeferred = reader.Flag("initially_deferred") ?? false;
        var deferrable = initiallyDeferred || (reader.Flag("deferrable") ?? false);
        if (deferrable && !constraint)
        {
            reader.Invalid("deferrable", "Only a constraint trigger can be deferred", "Write constraint = true.");
        }

        return new TriggerDefinition
        {
            Schema = table.Schema,
            Name = reader.Name("name") ?? "",
            Table = table.ToString(),
            Timing = reader.Choice("timing", "before", "after", TriggerDefinition.InsteadOf) ?? "",
            Events = [.. Events.Where(events.Contains)],
            Columns = [.. reader.Names("columns").Order(StringComparer.Ordinal)],
            ForEachRow = reader.Flag("for_each_row") ?? false,
            When = reader.Sql("when"),
            Function = Function(reader, table.Schema),
            Arguments = Arguments(reader),
            OldTable = reader.Name("old_table", required: false),
            NewTable = reader.Name("new_table", required: false),
            Constraint = constraint,
            Deferrable = deferrable,
            InitiallyDeferred = initiallyDeferred,
            Enabled = reader.Choice("enabled", States) is var state && state == "origin" ? null : state,
            Comment = reader.Comment(),
        };
    }

    public static JsonObject ToConfig(TriggerDefinition trigger, JsonObject config)
    {
        config.Remove("schema");
        config["function"] = RoutineNames.Parse(trigger.Function)!.Value.ToString();
        config["timing"] = trigger.Timing.Replace(' ', '_');
        return config;
    }

    private static string Function(ConfigReader reader, string schema)
    {
        if (reader["function"] is JsonValue value && value.TryGetValue<string>(out var text) && text.EndsWith("()", StringComparison.Ordinal)
            && QualifiedName.Parse(text[..^2], schema) is { } called)
        {
            return RoutineNames.WithoutArguments(called);
        }

        return RoutineNames.WithoutArguments(reader.Table("function", schema) ?? new QualifiedName(schema, ""));
    }

    private static List<string> Arguments(ConfigReader reader)
    {
        var arguments = (reader["arguments"] as JsonArray ?? []).Select(argument => argument is JsonValue value && value.TryGetValue<string>(out var text) ? text : "").ToList();
        if (arguments.Exists(argument => argument.Contains('\0', StringComparison.Ordinal)))
        {
            reader.Invalid("arguments", "An argument cannot hold the NUL character");
        }

        return arguments;
    }
}
