using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Providers.Mongo.Resources;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>The journal of migrations of one database, a collection in it, and what documents go through.</summary>
internal sealed class MongoMigrations : IBatchedMigrations<MongoSession>
{
    public const string Ledger = MongoProvider.OwnPrefix + "migrations";

    private const string Backups = MongoProvider.OwnPrefix + "backup_";

    /// <summary>The first document makes the collection.</summary>
    public IReadOnlyList<Statement> Create => [];

    public IReadOnlyList<string> Operations => FieldOperations.Names;

    public string? FaultOf(string operation, JsonObject parameters) => FieldOperations.Read(operation, parameters, withBackup: true).Fault;

    public string? FaultOfQuery(string query) => PrecheckQuery.Read(query).Fault;

    public async Task TakeTurnAsync(MongoSession session, CancellationToken cancellationToken) => session.HoldUntilTheEnd(await MigrationTurn.TakeAsync(session, Ledger, cancellationToken));

    public async Task<LedgerPlace> FindAsync(MongoSession session, CancellationToken cancellationToken) =>
        new((await session.ListCollectionsAsync(cancellationToken)).Any(c => c.Text("name") == Ledger));

    public async Task<MigrationRecord?> ReadAsync(MongoSession session, string migrationId, CancellationToken cancellationToken) =>
        await FindAsync(session, new JsonObject { ["_id"] = new JsonObject { ["$eq"] = migrationId } }, cancellationToken) is [var record] ? record : null;

    public Task<IReadOnlyList<MigrationRecord>> ListAsync(MongoSession session, CancellationToken cancellationToken) =>
        FindAsync(session, new JsonObject { ["_id"] = new JsonObject { ["$type"] = "string" } }, cancellationToken);

    public Statement Save(MigrationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return MongoCommand.Statement(new JsonObject
        {
            ["update"] = Ledger,
            ["updates"] = new JsonArray(new JsonObject
            {
                ["q"] = new JsonObject { ["_id"] = record.MigrationId },
                ["u"] = new JsonObject
                {
                    ["_id"] = record.MigrationId,
                    ["description"] = record.Description,
                    ["checksum"] = record.Checksum,
                    ["status"] = record.Status,
                    ["steps"] = record.Steps,
                    ["changed_at"] = MongoCommand.Moment(record.ChangedAt),
                    ["duration_ms"] = record.DurationMs,
                    ["actor"] = record.Actor,
                    ["source"] = record.Source,
                    ["error"] = record.Error,
                },
                ["upsert"] = true,
            }),
        });
    }

    public async Task<string?> AskAsync(MongoSession session, string query, CancellationToken cancellationToken) => await PrecheckQuery.Read(query).Query!.AskAsync(session, cancellationToken);

    /// <summary>Every command does.</summary>
    public bool CommitsByItself(string statement) => true;

    public Task TogetherAsync(MongoSession session, Func<Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work();
    }

    /// <summary>Of the databases, and of this one's collections, indexes and roles.</summary>
    public async Task<string> FingerprintAsync(MongoSession session, CancellationToken cancellationToken)
    {
        var collections = await session.ListCollectionsAsync(cancellationToken);
        var indexes = await session.ListIndexesAsync([.. collections.Where(c => c.Text("type") == "collection").Select(c => c.Text("name")!)], cancellationToken);
        var databases = await session.RunAsync(new JsonObject { ["listDatabases"] = 1, ["nameOnly"] = true, ["$db"] = "admin" }, MongoCommandKind.Read, cancellationToken);
        var roles = await session.RunAsync(new JsonObject { ["rolesInfo"] = 1, ["showPrivileges"] = true, ["$db"] = "admin" }, MongoCommandKind.Read, cancellationToken);

        // The ledger and what is kept come and go with the migration itself.
        var text = new StringBuilder();
        text.AppendJoin('\n', collections.Where(c => c.Text("name")?.StartsWith(MongoProvider.OwnPrefix, StringComparison.Ordinal) != true).Select(c => c.ToJsonString()).Order(StringComparer.Ordinal));
        text.AppendJoin('\n', indexes.Where(i => !i.Key.StartsWith(MongoProvider.OwnPrefix, StringComparison.Ordinal)).SelectMany(i => i.Value.Select(index => $"{i.Key} {index.ToJsonString()}")).Order(StringComparer.Ordinal));
        text.AppendJoin('\n', (databases["databases"] as JsonArray ?? []).OfType<JsonObject>().Select(d => d.Text("name")).Order(StringComparer.Ordinal));
        text.Append(roles["roles"]?.ToJsonString());
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public async Task<BatchedPlan> PlanAsync(
        MongoSession session, string operation, ObjectReference resource, JsonObject parameters, bool withBackup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var collection = await CollectionAsync(session, resource, cancellationToken);
        var change = FieldOperations.Read(operation, parameters, withBackup).Operation!;
        var counts = await FieldCounts.OfAsync(session, collection, change, cancellationToken);
        if (counts.FaultOf(change, collection) is { } fault)
        {
            throw new ProviderException(fault);
        }

        var keeps = change is not DropField { KeepsThem: false };
        return new BatchedPlan
        {
            Operation = new BatchedOperation
            {
                Name = operation, Resource = collection, Parameters = (JsonObject)parameters.DeepClone(), Place = keeps ? $"{Backups}{Guid.CreateVersion7():N}" : null,
            },
            Description = change.Describe(collection),
            Forward = Command(change.Shown),
            Rollback = keeps ? Command(change.ShownUndoing) : null,
            RiskLevel = counts.Losing > 0 ? "critical" : change is Backfill ? "low" : "medium",
            Hazards = counts.Losing > 0 ? [new Hazard(HazardNames.DataLoss, $"{change.Describe(collection)}: {counts.Losing} of {counts.Documents} documents lose a value, or a part of it")] : [],
            Documents = counts.Matching,
        };

        Statement Command(JsonObject update) => MongoCommand.Statement(new JsonObject { ["update"] = collection, ["updates"] = new JsonArray(update) });
    }

    public Task<BatchProgress> RunAsync(MongoSession session, BatchedOperation operation, BatchProgress progress, CancellationToken cancellationToken) =>
        BatchesOf(session, operation).RunAsync(progress, cancellationToken);

    public Task<BatchProgress> UndoAsync(MongoSession session, BatchedOperation operation, BatchProgress progress, bool force, CancellationToken cancellationToken) =>
        BatchesOf(session, operation).UndoAsync(progress, force, cancellationToken);

    public Task<RowDigest> DigestAsync(MongoSession session, BatchedOperation operation, CancellationToken cancellationToken) =>
        KeptOf(session, operation)!.DigestAsync(FieldOperations.BatchOf(operation.Parameters), cancellationToken);

    public Task<long> CountChangedAsync(MongoSession session, BatchedOperation operation, CancellationToken cancellationToken) =>
        BatchesOf(session, operation).CountChangedAsync(cancellationToken);

    public async Task ForgetAsync(MongoSession session, BatchedOperation operation, CancellationToken cancellationToken)
    {
        if (operation?.Place is not { } place)
        {
            return;
        }

        try
        {
            await session.RunAsync(new JsonObject { ["drop"] = place }, MongoCommandKind.Write, cancellationToken);
        }
        catch (ProviderException gone) when (gone.InnerException is MongoException { Code: MongoErrors.NamespaceNotFound })
        {
            // Nothing was kept, or it is forgotten already.
        }
    }

    private static FieldBatches BatchesOf(MongoSession session, BatchedOperation operation) => new(
        session,
        operation.Resource,
        FieldOperations.Read(operation.Name, operation.Parameters, withBackup: operation.Place is not null).Operation
            ?? throw new ProviderException(Diagnostic.Error(DiagnosticCodes.State, $"the ledger holds an operation \"{operation.Name}\" that cannot be read", "Nothing was changed.")),
        KeptOf(session, operation),
        FieldOperations.BatchOf(operation.Parameters));

    private static KeptDocuments? KeptOf(MongoSession session, BatchedOperation operation) => operation.Place is { } place ? new KeptDocuments(session, place) : null;

    private static async Task<string> CollectionAsync(MongoSession session, ObjectReference resource, CancellationToken cancellationToken)
    {
        if (resource.Type != MongoNames.Collection || resource.Identity.Length == 0)
        {
            throw Fault(resource.Identity.Length == 0 ? "the migration does not say whose documents are meant" : $"the type \"{resource.Type}\" has no documents of its own", "Name a collection: resource = mongo_collection.NAME.");
        }

        var found = (await session.ListCollectionsAsync(cancellationToken)).FirstOrDefault(c => c.Text("name") == resource.Identity);
        return resource.Identity.StartsWith(MongoProvider.OwnPrefix, StringComparison.Ordinal) ? throw Fault($"{resource.Identity} is Kolumn's own", "Its documents are no business of migrations.")
            : found is null ? throw Fault($"there is no collection {resource.Identity}", "Name the collection as the database does.")
            : found.Text("type") is { } type and not "collection" ? throw Fault($"{resource.Identity} is a {type}, whose documents cannot be changed", "Name a collection.")
            : resource.Identity;
    }

    private static async Task<IReadOnlyList<MigrationRecord>> FindAsync(MongoSession session, JsonObject filter, CancellationToken cancellationToken) =>
        [.. (await session.AllAsync(new JsonObject { ["find"] = Ledger, ["filter"] = filter, ["sort"] = new JsonObject { ["changed_at"] = 1, ["_id"] = 1 } }, cancellationToken)).Select(Read)];

    private static MigrationRecord Read(JsonObject document) => new()
    {
        MigrationId = document.Text("_id") ?? "",
        Description = document.Text("description") ?? "",
        Checksum = document.Text("checksum") ?? "",
        Status = document.Text("status") ?? "",
        Steps = document.Text("steps") ?? "[]",
        ChangedAt = MongoCommand.MomentOf(document["changed_at"]),
        DurationMs = long.Parse(document["duration_ms"]?.ToJsonString() ?? "0", CultureInfo.InvariantCulture),
        Actor = document.Text("actor") ?? "",
        Source = document.Text("source") ?? "",
        Error = document.Text("error"),
    };

    private static ProviderException Fault(string summary, string detail) => new(Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail));
}
