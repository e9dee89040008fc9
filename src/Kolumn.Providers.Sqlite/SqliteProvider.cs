using System.Reflection;
using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Resources;
using Kolumn.Providers.Sqlite.Resources.Indexes;
using Kolumn.Providers.Sqlite.Resources.Tables;
using Kolumn.Providers.Sqlite.Resources.Triggers;
using Kolumn.Providers.Sqlite.Resources.Views;
using Kolumn.Providers.Sqlite.Streaming;
using Kolumn.Sdk;

namespace Kolumn.Providers.Sqlite;

/// <summary>The provider <c>sqlite</c>: tables, views, indexes and triggers of one SQLite database file.</summary>
internal static class SqliteProvider
{
    /// <summary>Begins the names of Kolumn's own tables.</summary>
    public const string OwnPrefix = "kolumn_";

    private static readonly Dictionary<string, IResourceHandler<SqliteSession>> Handlers = new(StringComparer.Ordinal)
    {
        ["table"] = new TableHandler(),
        ["view"] = new ViewHandler(),
        ["index"] = new IndexHandler(),
        ["trigger"] = new TriggerHandler(),
    };

    public static ProviderDefinition<SqliteSession> Define()
    {
        var provider = new ProviderDefinition<SqliteSession>
        {
            Name = "sqlite",
            Version = typeof(SqliteProvider).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            Description = "Tables, views, indexes and triggers of an SQLite database file",
            ConfigSchema = SqliteOptions.Schema,
            IsolationLevels = ["serializable"], // https://www.sqlite.org/isolation.html: there is no other
            Audit = new SqliteAuditStore(),
            Migrations = new SqliteMigrationStore(),
            Facts = new SqliteFacts(),
            Quarantine = new SqliteQuarantineStore(),
            Renames = new RenameRehearsal(Handlers),
            IsReserved = thing => thing.Identity.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase),
            Capabilities = new Dictionary<string, bool> { ["transactional_ddl"] = true },
            ConnectAsync = async (config, loggers, cancellationToken) => await SqliteDatabase.ConnectAsync(config, loggers, TimeProvider.System, cancellationToken),
        };
        foreach (var (type, handler) in Handlers)
        {
            provider.Add(type, handler);
        }

        return provider.AddStreams(new SqliteStreams());
    }

    /// <summary>The statement that creates an object of one of this provider's types.</summary>
    public static string StatementOf(string type, JsonObject definition) => ((IStatementHandler)Handlers[type]).Create(definition)[^1].Text;
}
