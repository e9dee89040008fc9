using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>Events of the server's scheduler: https://mariadb.com/kb/en/create-event/. Everything about one changes in place, but an end that it has no more: the server forgets none.</summary>
internal sealed class EventHandler : ObjectHandler<EventDefinition>, IKeepingHandler, IRenamingHandler, IAdaptingHandler<MySqlSession>
{
    /// <summary>Of every session, and so of new events.</summary>
    private const string Utc = "+00:00";

    public override string Description => "An event: statements that the server runs at a moment or every so often.";

    public override ObjectType Schema => EventResource.Schema;

    public IReadOnlyCollection<string> Kept { get; } = ["starts", "time_zone", ProgramConfig.DefinerAttribute];

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming)
    {
        var known = Format.Read<EventDefinition>(definition);
        return [new Statement($"{Alter(known)} RENAME TO {(known.Identity with { Name = renaming.To }).Quoted}")];
    }

    public IReadOnlyList<Statement> Adapt(MySqlSession session, JsonObject definition, IReadOnlyList<Statement> statements) =>
        ProgramConfig.WithoutReplace(session, statements, "EVENT", Format.Read<EventDefinition>(definition).Identity);

    protected override EventDefinition Describe(ConfigReader config) => EventResource.Describe(config);

    protected override async Task<IReadOnlyList<EventDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<EventDefinition>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT EVENT_SCHEMA, EVENT_NAME, INTERVAL_VALUE, INTERVAL_FIELD, CAST(EXECUTE_AT AS CHAR), CAST(STARTS AS CHAR), CAST(ENDS AS CHAR), ON_COMPLETION, STATUS, TIME_ZONE, DEFINER, EVENT_COMMENT, EVENT_DEFINITION
                        FROM information_schema.EVENTS WHERE {CatalogScope.Of(session.Database, "EVENT_SCHEMA", "EVENT_NAME", lookups)} ORDER BY EVENT_SCHEMA, EVENT_NAME
                        """),
                    row => found.Add(Event(row, names))),
            ],
            cancellationToken);
        return found;
    }

    protected override JsonObject ToConfig(EventDefinition definition) => Format.Write(definition with
    {
        Starts = definition.At is null ? definition.Starts : null,
        TimeZone = definition.TimeZone == Utc ? null : definition.TimeZone,
    });

    protected override IEnumerable<Statement> Create(EventDefinition definition) => Create(definition, "CREATE ");

    private static IEnumerable<Statement> Create(EventDefinition definition, string create) => InZone(
        definition.TimeZone,
        $"{create}{ProgramConfig.DefinerClause(definition.Definer)}EVENT {definition.Identity.Quoted}{OnSchedule(definition)}{OnCompletion(definition)}{Status(definition)}{(definition.Comment is { } comment ? " COMMENT " + MySqlText.Quote(comment) : "")} DO\n{definition.Body}");

    protected override IEnumerable<Statement> Alter(EventDefinition actual, EventDefinition desired)
    {
        if (actual.Ends is not null && desired is { Ends: null, At: null })
        {
            return Create(desired, ProgramConfig.Replacing);
        }

        var isMoved = actual.Schedule != desired.Schedule;
        var change = Alter(desired)
            + (isMoved ? OnSchedule(desired) : "")
            + (isMoved || actual.Preserve != desired.Preserve ? OnCompletion(desired) : "")
            + (actual.Enabled == desired.Enabled ? "" : Status(desired))
            + $" COMMENT {MySqlText.Quote(desired.Comment ?? "")}"
            + (actual.Body == desired.Body ? "" : $" DO\n{desired.Body}");
        return isMoved ? InZone(desired.TimeZone, change) : [new Statement(change)];
    }

    protected override IEnumerable<Statement> Drop(EventDefinition definition) => [new Statement($"DROP EVENT IF EXISTS {definition.Identity.Quoted}")];

    /// <summary>Whoever alters an event becomes its definer unless another one is named.</summary>
    private static string Alter(EventDefinition known) => $"ALTER {ProgramConfig.DefinerClause(known.Definer)}EVENT {known.Identity.Quoted}";

    /// <summary>An event takes its time zone from the session that schedules it.</summary>
    private static IEnumerable<Statement> InZone(string? zone, string text) => zone is null or Utc
        ? [new Statement(text)]
        : [new Statement($"SET time_zone = {MySqlText.Quote(zone)}"), new Statement(text), new Statement($"SET time_zone = {MySqlText.Quote(Utc)}")];

    private static string OnSchedule(EventDefinition known)
    {
        if (known.At is { } at)
        {
            return $" ON SCHEDULE AT {MySqlText.Quote(at)}";
        }

        var (count, unit) = known.Every!.LastIndexOf(' ') is var space ? (known.Every[..space], known.Every[(space + 1)..].ToUpperInvariant()) : default;
        return $" ON SCHEDULE EVERY {(count.All(char.IsAsciiDigit) ? count : MySqlText.Quote(count))} {unit}{(known.Starts is { } starts ? " STARTS " + MySqlText.Quote(starts) : "")}{(known.Ends is { } ends ? " ENDS " + MySqlText.Quote(ends) : "")}";
    }

    private static string OnCompletion(EventDefinition known) => known.Preserve ? " ON COMPLETION PRESERVE" : " ON COMPLETION NOT PRESERVE";

    private static string Status(EventDefinition known) => known.Enabled == false ? " DISABLE" : " ENABLE";

    private static EventDefinition Event(DbDataReader row, SchemaNames names) => new()
    {
        Schema = names.Schema(row.GetString(0)),
        Name = row.GetString(1),
        Every = row.Text(2) is { } count ? $"{count.Trim('\'')} {row.GetString(3).ToLowerInvariant()}" : null,
        At = Moment(row.Text(4)),
        Starts = Moment(row.Text(5) ?? row.Text(4)),
        Ends = Moment(row.Text(6)),
        Preserve = row.GetString(7) == "PRESERVE",
        Enabled = row.GetString(8) == "ENABLED" ? null : false,
        TimeZone = row.GetString(9),
        Definer = row.Text(10),
        Comment = row.Text(11) is { Length: > 0 } comment ? comment : null,
        Body = StoredProgram.Trim(row.Text(12) ?? ""),
    };

    private static string? Moment(string? text) => text is null ? null
        : DateTime.Parse(text, CultureInfo.InvariantCulture).ToString(EventResource.Format, CultureInfo.InvariantCulture);
}
