using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Extensions;

/// <summary>Extensions: PostgreSQL manual, CREATE EXTENSION and ALTER EXTENSION. Dropped without CASCADE: one whose types or functions are in use is refused.</summary>
internal sealed class ExtensionHandler : ObjectHandler<ExtensionDefinition>, IAliasedHandler
{
    /// <summary>All extensions of the plan.</summary>
    public static ObjectReference Every { get; } = new(ExtensionResource.Type, "*");

    public override string Description => "An extension, installed in the database.";

    public override ObjectType Schema => ExtensionResource.Schema;

    /// <summary>An extension is called what its files are called.</summary>
    public override bool CanRename => false;

    public override IReadOnlyCollection<string> Kept { get; } = ["schema", "version", "comment"];

    public override string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    public override IEnumerable<ObjectReference> Prefers(JsonObject definition) => [];

    public IEnumerable<string> AliasesOf(JsonObject definition) => [Every.Identity];

    protected override ExtensionDefinition Describe(ConfigReader config) => ExtensionResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) => [];

    protected override QualifiedName? LookupOf(string identity) => new("", identity);

    protected override async Task<IReadOnlyList<ExtensionDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<ExtensionDefinition>();
        await session.ReadAsync(
            [CatalogQuery.Of(CatalogSql.Extensions, lookups, row => found.Add(new ExtensionDefinition
            {
                Name = row.GetString(0),
                Schema = row.GetString(1),
                Version = row.GetString(2),
                Comment = row.Text(3),
            }))],
            cancellationToken);
        return found;
    }

    /// <summary>The schema is told even when it is public: an extension may like another.</summary>
    protected override JsonObject ToConfig(ExtensionDefinition definition) => DefinitionJson.Write(definition);

    protected override IEnumerable<Statement> Create(ExtensionDefinition definition) =>
    [
        new Statement($"CREATE EXTENSION {definition.Sql.Name}"
            + (definition.Schema is { } schema ? $" SCHEMA {SqlIdentifier.Quote(schema)}" : "")
            + (definition.Version is { } version ? $" VERSION {SqlIdentifier.Quote(version)}" : "")),
    ];

    protected override IEnumerable<Statement>? Alter(ExtensionDefinition actual, ExtensionDefinition desired) =>
    [
        .. desired.Version is { } version && version != actual.Version
            ? [new Statement($"ALTER EXTENSION {desired.Sql.Name} UPDATE TO {SqlIdentifier.Quote(version)}")]
            : Array.Empty<Statement>(),
        .. desired.Schema is { } schema && schema != actual.Schema
            ? [new Statement($"ALTER EXTENSION {desired.Sql.Name} SET SCHEMA {SqlIdentifier.Quote(schema)}")]
            : Array.Empty<Statement>(),
    ];
}
