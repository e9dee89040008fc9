using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Schemas;

/// <summary>Databases, which the SQL standard calls schemas.</summary>
internal sealed class SchemaHandler : ObjectHandler<SchemaDefinition>, IKeepingHandler, INormalizingHandler<MySqlSession>
{
    public override string Description => "A database: a namespace for tables, views and routines.";

    public override ObjectType Schema => SchemaResource.Schema;

    public IReadOnlyCollection<string> Kept { get; } = ["charset", "collation"];

    public IReadOnlyCollection<string> KeptBy(JsonObject described) => Collations.KeptBy(described, Kept);

    public override string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    /// <summary>A character set alone means the server's collation for it.</summary>
    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        MySqlSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        var collations = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await session.ReadAsync(
            [new CatalogQuery(new Statement("SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME FROM information_schema.CHARACTER_SETS"), row => collations.Add(row.GetString(0), row.GetString(1)))],
            cancellationToken);
        return [.. definitions.Select(definition => Format.Read<SchemaDefinition>(definition)).Select(asked => new NormalizedDefinition(
            Format.Write(asked.Charset is { } charset ? asked with { Collation = asked.Collation ?? collations.GetValueOrDefault(charset) } : asked), null))];
    }

    protected override MySqlName? LookupOf(string identity) => new(identity, identity);

    protected override SchemaDefinition Describe(ConfigReader config) => SchemaResource.Describe(config);

    protected override async Task<IReadOnlyList<SchemaDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<SchemaDefinition>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, {(session.Server.IsMariaDb ? "SCHEMA_COMMENT" : "''")}
                        FROM information_schema.SCHEMATA WHERE {CatalogScope.Of(session.Database, "SCHEMA_NAME", "SCHEMA_NAME", lookups)}
                        """),
                    row => found.Add(new SchemaDefinition
                    {
                        Name = row.GetString(0),
                        Charset = row.GetString(1),
                        Collation = row.GetString(2),
                        Comment = row.Text(3) is { Length: > 0 } comment ? comment : null,
                    })),
            ],
            cancellationToken);
        return found;
    }

    protected override IEnumerable<Statement> Create(SchemaDefinition definition) =>
        [new Statement($"CREATE DATABASE {MySqlName.Quote(definition.Name)}{Options(definition)}{(definition.Comment is { } comment ? $" COMMENT {MySqlText.Quote(comment)}" : "")}")];

    protected override IEnumerable<Statement> Alter(SchemaDefinition actual, SchemaDefinition desired) =>
        [new Statement($"ALTER DATABASE {MySqlName.Quote(desired.Name)}{Options(desired)}{(actual.Comment == desired.Comment ? "" : $" COMMENT {MySqlText.Quote(desired.Comment ?? "")}")}")];

    protected override IEnumerable<Statement> Drop(SchemaDefinition definition) =>
    [
        new Statement($"DROP DATABASE {MySqlName.Quote(definition.Name)}")
        {
            Hazards = [new Hazard(HazardNames.DataLoss, $"Everything in {definition.Name} is lost.")],
        },
    ];

    private static string Options(SchemaDefinition definition) =>
        (definition.Charset is { } charset ? $" CHARACTER SET {charset}" : "") + (definition.Collation is { } collation ? $" COLLATE {collation}" : "");
}
