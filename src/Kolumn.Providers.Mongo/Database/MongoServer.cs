using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Streaming;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>The way to one database of a deployment.</summary>
internal sealed partial class MongoServer : IProviderConnection<MongoSession>, IOutboxConnection
{
    private const int MaxRunners = 64;

    private readonly MongoOptions _options;
    private readonly MongoClient _client;
    private readonly ProviderLoggers _loggers;

    private readonly Lazy<MongoClient> _runners;

    private MongoServer(MongoOptions options, MongoClient client, ProviderLoggers loggers)
    {
        (_options, _client, _loggers) = (options, client, loggers);

        // Runners last, so they take no place among the connections that are short. They read what was written last and write for good, whatever the URI says for others.
        _runners = new Lazy<MongoClient>(() => Client(options, ReadAndWritePreferences().Replace(options.Uri.Reveal(), ""), MaxRunners));
    }

    /// <exception cref="ProviderException">The driver is missing, or the server cannot be reached or refuses.</exception>
    public static async Task<MongoServer> ConnectAsync(MongoOptions options, ProviderLoggers loggers, CancellationToken cancellationToken)
    {
        MongoClient client;
        try
        {
            client = Client(options, options.Uri.Reveal(), options.ConnectionPool);
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

    public Task<IOutboxRunner> OpenRunnerAsync(OutboxDefinition outbox, CancellationToken cancellationToken) =>
        Task.FromResult<IOutboxRunner>(new KeyedOutboxRunner(new MongoKeyedOutbox(() => new MongoSession(_runners.Value, _options.Database, MaxRunners, _loggers), outbox)));

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
        if (_runners.IsValueCreated)
        {
            await _runners.Value.DisposeAsync();
        }

        _options.Dispose();
    }

    private static MongoClient Client(MongoOptions options, string uri, int maxConnections) =>
        MongoClient.Create(uri, new MongoClientOptions { MaxConnections = maxConnections, ServerSelectionTimeout = options.ConnectTimeout });

    [GeneratedRegex("(?<=[?&])(readPreference|readPreferenceTags|maxStalenessSeconds|w)=[^&]*&?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ReadAndWritePreferences();
}
