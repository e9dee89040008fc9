using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources;
using Kolumn.Providers.Postgres.Streaming;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres;

/// <summary>What this provider is: its types and how it connects.</summary>
internal static class PostgresProvider
{
    /// <summary>The schema of Kolumn's own tables: named like no role, since "$user" stands in most search paths.</summary>
    public const string OwnSchema = "_kolumn";

    public static ProviderDefinition<PostgresSession> Define()
    {
        var definition = new ProviderDefinition<PostgresSession>
        {
            Name = "postgres",
            Version = "0.1.0",
            Description = "PostgreSQL 12 and later",
            ConfigSchema = PostgresOptions.Schema,
            IsolationLevels = ["read_committed", "repeatable_read", "serializable"],
            Audit = new PostgresAuditStore(),
            Migrations = new PostgresMigrationStore(),
            Facts = new PostgresFacts(),
            Quarantine = new PostgresQuarantineStore(),
            Renames = new RenameFollowing(),
            IsReserved = thing => thing.Identity == OwnSchema
                || thing.Identity.StartsWith(OwnSchema + ".", StringComparison.Ordinal)
                || thing.Identity.Contains(QuarantineSql.SchemaPrefix, StringComparison.Ordinal),
            Capabilities = new Dictionary<string, bool> { ["transactional_ddl"] = true },
            ConnectAsync = async (config, loggers, cancellationToken) => await PostgresConnection.ConnectAsync(PostgresOptions.FromConfig(config), loggers, cancellationToken),
        };
        foreach (var (type, handler) in ResourceKinds.All)
        {
            definition.Add(type, handler);
        }

        return definition.AddStreams(new PostgresStreams());
    }
}
