using System.Data.Common;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Sequences;

/// <summary>Sequences, which MariaDB has: https://mariadb.com/kb/en/sequences/. Everything about one changes in place.</summary>
internal sealed class SequenceHandler : ObjectHandler<SequenceDefinition>, IRenamingHandler, IAdaptingHandler<MySqlSession>
{
    public const string Type = "sequence";

    /// <summary>The greatest number of a sequence is one less than that of its type.</summary>
    private static readonly SequenceRange Range = new(-long.MaxValue, long.MaxValue - 1, 1000);

    public override string Description => "A sequence: an object that counts (MariaDB).";

    public override ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The sequence's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the database, or a schema resource. Default: the one that the provider block names.", ["schema"]),
            ["start"] = Number("The first value. Default: the minimum, or the maximum when it counts down."),
            ["increment"] = Number("What is added each time; negative to count down, 0 for the server's auto_increment_increment. Default: 1."),
            ["min"] = Number("Default: 1, or the least value there is when it counts down."),
            ["max"] = Number("Default: the greatest value there is, or -1 when it counts down."),
            ["cache"] = Number("How many values are taken at a time. Default: 1000."),
            ["cycle"] = Flag("Starts again when the limit is reached."),
        },
    };

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming)
    {
        var sequence = Format.Read<SequenceDefinition>(definition).Identity;
        return [new Statement($"RENAME TABLE {sequence.Quoted} TO {(sequence with { Name = renaming.To }).Quoted}")];
    }

    public IReadOnlyList<Statement> Adapt(MySqlSession session, JsonObject definition, IReadOnlyList<Statement> statements) => session.Server.IsMariaDb
        ? statements
        : throw new ProviderException(Diagnostic.Error(
            DiagnosticCodes.Validation, $"MySQL {session.Server.Text} has no sequences", $"{IdentityOf(definition)} can be had on MariaDB; here a column can count by auto_increment."));

    protected override SequenceDefinition Describe(ConfigReader config) => Range.Shortest(new SequenceDefinition
    {
        Schema = config.Schema(),
        Name = config.Name("name") ?? "",
        Start = config.Number("start"),
        Increment = config.Number("increment"),
        Min = config.Number("min"),
        Max = config.Number("max"),
        Cache = config.Number("cache"),
        Cycle = config.Flag("cycle") ?? false,
    });

    /// <summary>Two queries: which there are, and how all of them count, which each tells itself.</summary>
    protected override async Task<IReadOnlyList<SequenceDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var known = new List<(string Schema, string Name)>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'SEQUENCE' AND {CatalogScope.Of(session.Database, "TABLE_SCHEMA", "TABLE_NAME", lookups)} ORDER BY TABLE_SCHEMA, TABLE_NAME"),
                    row => known.Add((row.GetString(0), row.GetString(1)))),
            ],
            cancellationToken);
        var found = new List<SequenceDefinition>();
        if (known.Count > 0)
        {
            var each = known.Select(one =>
                $"SELECT {MySqlText.Quote(one.Schema)}, {MySqlText.Quote(one.Name)}, start_value, increment, minimum_value, maximum_value, cache_size, cycle_option FROM {new MySqlName(one.Schema, one.Name).Quoted}");
            await session.ReadAsync([new CatalogQuery(new Statement(string.Join("\nUNION ALL ", each)), row => found.Add(Sequence(row, names)))], cancellationToken);
        }

        return found;
    }

    protected override IEnumerable<Statement> Create(SequenceDefinition definition) => [new Statement(string.Join(' ', SequenceRange.Clauses(definition).Prepend($"CREATE SEQUENCE {definition.Identity.Quoted}")))];

    protected override IEnumerable<Statement> Alter(SequenceDefinition actual, SequenceDefinition desired) =>
        [new Statement($"ALTER SEQUENCE {desired.Identity.Quoted} {string.Join(' ', Range.Changes(actual, Range, desired).Select(change => change == "NO CYCLE" ? "NOCYCLE" : change))}")];

    protected override IEnumerable<Statement> Drop(SequenceDefinition definition) =>
    [
        new Statement($"DROP SEQUENCE {definition.Identity.Quoted}")
        {
            Hazards = [new Hazard(HazardNames.DataLoss, $"Where {definition.Identity} has counted to is forgotten.")],
        },
    ];

    private static SequenceDefinition Sequence(DbDataReader row, SchemaNames names) => Range.Shortest(new SequenceDefinition
    {
        Schema = names.Schema(row.GetString(0)),
        Name = row.GetString(1),
        Start = row.Number(2),
        Increment = row.Number(3),
        Min = row.Number(4),
        Max = row.Number(5),
        Cache = row.Number(6),
        Cycle = row.Number(7) == 1,
    });
}
