using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources;
using Kolumn.Providers.MySql.Streaming;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql;

/// <summary>What this provider is: its types and how it connects.</summary>
internal static class MySqlProvider
{
    /// <summary>The beginning of the names of all that is Kolumn's own, and the database of its tables where a connection has none (<see cref="OwnTables"/>).</summary>
    public const string OwnSchema = "_kolumn";

    public static ProviderDefinition<MySqlSession> Define()
    {
        var definition = new ProviderDefinition<MySqlSession>
        {
            Name = "mysql",
            Version = "0.1.0",
            Description = "MariaDB 10.6 and later, MySQL 8.0 and later",
            ConfigSchema = MySqlOptions.Schema,
            Audit = new MySqlAuditStore(),
            Migrations = new MySqlMigrationStore(),
            Quarantine = new MySqlQuarantineStore(),
            Renames = new RenameFollowing(),
            IsReserved = thing => thing.Identity.StartsWith(OwnSchema, StringComparison.Ordinal),
            Capabilities = new Dictionary<string, bool> { ["transactional_ddl"] = false },
            ConnectAsync = async (config, loggers, cancellationToken) => await MySqlDatabase.ConnectAsync(MySqlOptions.FromConfig(config), loggers, cancellationToken),
        };
        foreach (var (type, handler) in ResourceKinds.All)
        {
            definition.Add(type, handler);
        }

        return definition.AddStreams(new MySqlStreams());
    }
}
