using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk;

/// <summary>Everything that makes a provider: what the provider server serves and an in-process runtime runs.</summary>
public sealed class ProviderDefinition<TSession>
    where TSession : IProviderSession
{
    /// <summary>The short name and prefix of its types: <c>postgres</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A semantic version.</summary>
    public required string Version { get; init; }

    public required string Description { get; init; }

    public string Category { get; init; } = "database";

    /// <summary>What the provider block takes; the dispatcher has checked a config against it before <see cref="ConnectAsync"/> sees it.</summary>
    public required ObjectType ConfigSchema { get; init; }

    /// <summary>Named abilities that the schema announces, such as <c>transactional_ddl</c>.</summary>
    public IReadOnlyDictionary<string, bool> Capabilities { get; init; } = new Dictionary<string, bool>();

    /// <summary>
    /// What a transaction over several calls may ask for, the default first: <c>read_committed</c>, <c>repeatable_read</c>,
    /// <c>serializable</c>. None: the provider has no such transactions. Otherwise its sessions are <see cref="ITransactionSession"/>s.
    /// </summary>
    public IReadOnlyList<string> IsolationLevels { get; init; } = [];

    public CreateRegistry Create { get; } = new();

    public DiscoverRegistry<TSession> Discover { get; } = new();

    /// <summary>
    /// Takes the secrets it needs out of the config and opens the first connection, which hands the loggers on to its sessions and
    /// they to the handlers.
    /// </summary>
    /// <exception cref="ProviderException">The database cannot be reached, or refuses.</exception>
    public required Func<JsonObject, ProviderLoggers, CancellationToken, Task<IProviderConnection<TSession>>> ConnectAsync { get; init; }

    /// <summary>Where changes are recorded; null: the provider has no GetAuditLog. The provider block takes <c>audit = false</c> to do without.</summary>
    public IAuditStore<TSession>? Audit { get; init; }

    /// <summary>
    /// The ledger of PlanMigration, ApplyMigration and RollbackMigration; null: the provider has none of them. Only for
    /// providers with the capability <c>transactional_ddl</c>, and others whose ledger is an <see cref="IMigrationJournal{TSession}"/>. It is an <see cref="IMigrationStore{TSession}"/>
    /// where there are tables, and <see cref="IBatchedMigrations{TSession}"/> where there are documents.
    /// </summary>
    public IMigrationLedger<TSession>? Migrations { get; init; }

    /// <summary>Names and sizes for DiscoverDatabase and Introspect; null: they do without.</summary>
    public IDatabaseFacts<TSession>? Facts { get; init; }

    /// <summary>How outboxes, sinks and routes are kept; null: the provider has none. Set by <see cref="AddStreams"/>.</summary>
    public IStreamDialect<TSession>? Streams { get; private set; }

    /// <summary>Where it is written down what was deleted and is kept; null: what is deleted is dropped. The provider block takes <c>safe_destroy = false</c> to do without.</summary>
    public IQuarantineStore<TSession>? Quarantine { get; init; }

    /// <summary>What the database makes of what refers to a renamed object; null: nothing refers to anything.</summary>
    public IRenameFollower<TSession>? Renames { get; init; }

    /// <summary>Whether an object is Kolumn's own, as its audit table is. Such objects are never found, and nobody can describe one.</summary>
    public Func<ObjectReference, bool> IsReserved { get; init; } = _ => false;

    internal const string AuditSetting = "audit";
    internal const string SafeDestroySetting = "safe_destroy";
    internal const string RetentionSetting = "quarantine_retention";

    /// <summary><see cref="ConfigSchema"/> and what the Sdk itself takes.</summary>
    internal ObjectType FullConfigSchema
    {
        get
        {
            var attributes = new Dictionary<string, AttributeSchema>(ConfigSchema.Attributes);
            if (Audit is not null)
            {
                attributes[AuditSetting] = new() { Type = AttributeTypes.Bool, Description = "Whether changes are recorded in the database; true when left out." };
            }

            if (Quarantine is not null)
            {
                attributes[SafeDestroySetting] = new() { Type = AttributeTypes.Bool, Description = "Whether what is deleted is kept in quarantine, until it is restored or purged; true when left out." };
                attributes[RetentionSetting] = new()
                {
                    Type = AttributeTypes.Int,
                    Description = "Days that what is deleted is kept at least, 0 to 3650; 7 when left out.",
                    Validators = [new ValidatorSpec { Type = "range", Value = new JsonObject { ["min"] = 0, ["max"] = 3650 }, Message = "0 to 3650 days" }],
                };
            }

            return new ObjectType { Attributes = attributes };
        }
    }

    internal static bool IsSafeDestroy(JsonObject config) => config[SafeDestroySetting]?.GetValueKind() != System.Text.Json.JsonValueKind.False;

    internal static TimeSpan RetentionOf(JsonObject config) => TimeSpan.FromDays(
        config[RetentionSetting] is { } days ? double.Parse(days.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : 7);

    internal bool HasTransactionalDdl => Capabilities.GetValueOrDefault("transactional_ddl");

    /// <summary>Registers outboxes, sinks and routes, with the functions and the relay that belong to them. Connections are <see cref="IOutboxConnection"/>s.</summary>
    public ProviderDefinition<TSession> AddStreams(IStreamDialect<TSession> dialect)
    {
        Streams = dialect;
        return Add(StreamTypes.Outbox, new StreamOutboxHandler<TSession>(dialect))
            .Add(StreamTypes.Sink, new StreamSinkHandler<TSession>(dialect))
            .Add(StreamTypes.Route, new StreamRouteHandler<TSession>(dialect));
    }

    /// <summary>Registers a handler for both halves of its type.</summary>
    public ProviderDefinition<TSession> Add(string type, IResourceHandler<TSession> handler)
    {
        Create.Register(type, handler);
        Discover.Register(type, handler);
        return this;
    }
}
