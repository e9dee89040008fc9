using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Databases;

/// <summary>
/// Databases of the server beside the one that the provider is connected to. They are made and dropped outside of any transaction; one that is
/// deleted stays under another name until it is purged.
/// </summary>
internal sealed class DatabaseHandler : ObjectHandler<DatabaseDefinition>, INormalizingHandler<PostgresSession>, IQuarantiningHandler
{
    public override string Description => "A database of the server.";

    public override ObjectType Schema => DatabaseResource.Schema;

    public override IReadOnlyCollection<string> Kept { get; } = ["owner", "encoding", "lc_collate", "lc_ctype", "locale_provider", "provider_locale", "tablespace"];

    public override string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    /// <summary>Extensions and default privileges are those of the database that the provider is connected to.</summary>
    public override IEnumerable<ObjectReference> Prefers(JsonObject definition) => [];

    /// <summary>Encodings have many names, of which the server uses one.</summary>
    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        PostgresSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        var spelled = await DatabaseCatalog.SpellEncodingsAsync(session, [.. definitions.Select(EncodingOf).OfType<string>().Distinct()], cancellationToken);
        return
        [
            .. definitions.Select(definition =>
            {
                if (EncodingOf(definition) is not { } encoding)
                {
                    return new NormalizedDefinition(definition, null);
                }

                return spelled.TryGetValue(encoding, out var name)
                    ? new NormalizedDefinition(DefinitionJson.Write(DefinitionJson.Read<DatabaseDefinition>(definition) with { Encoding = name }), null)
                    : new NormalizedDefinition(null, Diagnostic.Error(
                        DiagnosticCodes.InvalidValue, $"The server knows no encoding '{ConfigReader.Shown(encoding)}'", "UTF8 is one that it knows; the manual's chapter on character sets lists all of them.") with
                    {
                        Attribute = AttributePath.Of("encoding"),
                    });
            }),
        ];
    }

    public string LocationOf(JsonObject definition, string id) => QuarantineSql.SchemaOf(id);

    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id) => DatabaseSql.Quarantine(DefinitionJson.Read<DatabaseDefinition>(definition), id);

    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists) => DatabaseSql.Restore(DefinitionJson.Read<DatabaseDefinition>(definition), id);

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => DatabaseSql.Purge(id);

    public override IReadOnlyList<Statement> Drop(JsonObject definition) => DatabaseSql.Drop(DefinitionJson.Read<DatabaseDefinition>(definition));

    protected override DatabaseDefinition Describe(ConfigReader config) => DatabaseResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) =>
        (string?)definition["made_from"] is { } template ? [new ObjectReference(DatabaseResource.Type, template)] : [];

    protected override QualifiedName? LookupOf(string identity) => new("", identity);

    protected override Task<IReadOnlyList<DatabaseDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        DatabaseCatalog.ReadAsync(session, lookups, cancellationToken);

    protected override JsonObject ToConfig(DatabaseDefinition definition) => DatabaseResource.ToConfig(base.ToConfig(definition));

    protected override IEnumerable<Statement> Create(DatabaseDefinition definition) => DatabaseSql.Create(definition);

    protected override IEnumerable<Statement>? Alter(DatabaseDefinition actual, DatabaseDefinition desired) => DatabaseSql.Changes(actual, desired);

    private static string? EncodingOf(JsonObject definition) => (string?)definition["encoding"];
}
