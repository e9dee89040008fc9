using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Triggers;

/// <summary>Triggers as SQL: PostgreSQL manual, CREATE TRIGGER and ALTER TABLE.</summary>
internal static class TriggerSql
{
    public static Statement Create(TriggerDefinition trigger)
    {
        IEnumerable<string> parts =
        [
            $"CREATE {(trigger.Constraint ? "CONSTRAINT " : "")}TRIGGER {SqlIdentifier.Quote(trigger.Name)}",
            $"{trigger.Timing.ToUpperInvariant()} {string.Join(" OR ", trigger.Events.Select(name => Event(trigger, name)))}",
            $"ON {trigger.Relation.Quoted}",
            .. trigger.Deferrable ? [trigger.InitiallyDeferred ? "DEFERRABLE INITIALLY DEFERRED" : "DEFERRABLE"] : Array.Empty<string>(),
            .. Referencing(trigger),
            trigger.ForEachRow ? "FOR EACH ROW" : "FOR EACH STATEMENT",
            .. trigger.When is { } condition ? [$"WHEN ({condition})"] : Array.Empty<string>(),
            $"EXECUTE FUNCTION {RoutineNames.Parse(trigger.Function)!.Value.Quoted}({string.Join(", ", trigger.Arguments.Select(SqlLiteral.Quote))})",
        ];
        return new Statement(string.Join(' ', parts)) { Locks = [TableLock.ShareRowExclusive.On(trigger.Relation)] };
    }

    public static Statement Enable(TriggerDefinition trigger) => new($"ALTER TABLE {trigger.Relation.Quoted} {Enabling(trigger.Enabled)} TRIGGER {SqlIdentifier.Quote(trigger.Name)}")
    {
        Locks = [TableLock.ShareRowExclusive.On(trigger.Relation)],
    };

    private static string Enabling(string? state) => state switch
    {
        "disabled" => "DISABLE",
        "replica" => "ENABLE REPLICA",
        "always" => "ENABLE ALWAYS",
        _ => "ENABLE",
    };

    private static string Event(TriggerDefinition trigger, string name) => name == "update" && trigger.Columns.Count > 0
        ? $"UPDATE OF {SqlIdentifier.QuoteAll(trigger.Columns)}"
        : name.ToUpperInvariant();

    private static string[] Referencing(TriggerDefinition trigger) => (trigger.OldTable, trigger.NewTable) switch
    {
        (null, null) => [],
        ({ } old, null) => [$"REFERENCING OLD TABLE AS {SqlIdentifier.Quote(old)}"],
        (null, { } now) => [$"REFERENCING NEW TABLE AS {SqlIdentifier.Quote(now)}"],
        ({ } old, { } now) => [$"REFERENCING OLD TABLE AS {SqlIdentifier.Quote(old)} NEW TABLE AS {SqlIdentifier.Quote(now)}"],
    };
}
