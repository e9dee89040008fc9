using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>The way to one database of a deployment.</summary>
internal sealed class MongoServer : IProviderConnection<MongoSession>
{
    private readonly MongoOptions _options;
    private readonly MongoClient _client;
    private readonly ProviderLoggers _loggers;

    private MongoServer(MongoOptions options, MongoClient client, ProviderLoggers loggers) => (_options, _client, _loggers) = (options, client, loggers);

    /// <exception cref="ProviderException">The driver is missing, or the server cannot be reached or refuses.</exception>
    public static async Task<MongoServer> ConnectAsync(MongoOptions options, ProviderLoggers loggers, CancellationToken cancellationToken)
    {
        MongoClient client;
        try
        {
            client = MongoClient.Create(options.Uri.Reveal(), new MongoClientOptions { MaxConnections = options.ConnectionPool, ServerSelectionTimeout = options.ConnectTimeout });
        }
        catch (MongoException unusable)
        {
            throw new ProviderException(MongoErrors.Describe(unusable) with { Attribute = unusable.Failure == MongoFailure.Input ? AttributePath.Of("connection_string") : null }, unusable);
        }

        var server = new MongoServer(options, client, loggers);
        try
        {
            await server.PingAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task<MongoSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken) =>
        Task.FromResult(new MongoSession(_client, _options.Database, _options.ConnectionPool, _loggers));

    /// <remarks>A command that needs a login: buildInfo alone would answer before one.</remarks>
    public async Task<string> PingAsync(CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(SessionMode.Read, cancellationToken);
        await session.RunAsync(new JsonObject { ["listCollections"] = 1, ["nameOnly"] = true, ["authorizedCollections"] = true, ["filter"] = new JsonObject { ["name"] = "kolumn" } }, MongoCommandKind.Read, cancellationToken);
        return (await session.VersionAsync(cancellationToken)).ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _options.Dispose();
    }
}
