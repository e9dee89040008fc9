using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;
using Kolumn.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Providers.Postgres.Tests;

/// <summary>A test with an empty database of its own and the provider connected to it.</summary>
public abstract class PostgresTest(PostgresDatabases databases) : IAsyncLifetime
{
    private TestDatabase? _database;
    private PostgresConnection? _connection;

    internal static ProviderLoggers Loggers { get; } = new("postgres", NullLoggerFactory.Instance);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TestDatabase Database => _database!;

    internal PostgresConnection Connection => _connection!;

    public virtual async ValueTask InitializeAsync()
    {
        _database = await databases.CreateAsync(Token);
        _connection = await PostgresConnection.ConnectAsync(PostgresOptions.FromConfig(new JsonObject { ["url"] = _database.Url }), Loggers, Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Runs the statements and commits.</summary>
    protected async Task ApplyAsync(params IEnumerable<Statement>?[] statements)
    {
        await using var session = await Connection.OpenAsync(SessionMode.Write, Token);
        await session.ExecuteAsync([.. statements.SelectMany(list => list.ShouldNotBeNull())], Token);
        await session.CommitAsync(Token);
    }

    /// <summary>Everything of a type that exists, by identity; without the owner, which is always the same here.</summary>
    internal async Task<IReadOnlyDictionary<string, JsonObject>> ReadAsync(IResourceHandler<PostgresSession> handler, IReadOnlyCollection<string>? identities = null)
    {
        await using var session = await Connection.OpenAsync(SessionMode.Read, Token);
        var found = (await handler.ReadAsync(session, identities, Token)).ToDictionary(handler.IdentityOf);
        foreach (var definition in found.Values)
        {
            definition.Remove("owner");
        }

        return found;
    }

    /// <summary>How the server would spell the definitions.</summary>
    internal async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        INormalizingHandler<PostgresSession> handler, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>>? all = null)
    {
        await using var session = await Connection.OpenAsync(SessionMode.Read, Token);
        var normalized = await handler.NormalizeAsync(session, definitions, all ?? new Dictionary<string, IReadOnlyList<JsonObject>>(), Token);

        // The session is still good, and nothing of the attempt is left in it.
        var schemas = new List<string>();
        await session.ReadAsync([new CatalogQuery(new Statement("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'kolumn%'"), row => schemas.Add(row.GetString(0)))], Token);
        schemas.ShouldBeEmpty();
        return normalized;
    }
}
