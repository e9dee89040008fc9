using System.Data.Common;
using Kolumn.Providers.MySql.Streaming;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Providers.MySql.Database;

/// <summary>One configured server: a pool of connections and the password they are opened with.</summary>
internal sealed class MySqlDatabase : IProviderConnection<MySqlSession>, IOutboxConnection
{
    private const int MaxRunners = 64;

    private readonly DbDataSource _source;
    private readonly MySqlOptions _options;
    private readonly ProviderLoggers _loggers;
    private readonly Lazy<DbDataSource> _runners;
    private ServerFacts? _server;

    private MySqlDatabase(DbDataSource source, MySqlOptions options, ProviderLoggers loggers)
    {
        (_source, _options, _loggers) = (source, options, loggers);

        // Runners last, so they take no place in the pool of what is short.
        _runners = new Lazy<DbDataSource>(() => MySqlClient.CreateSource(options with { ConnectionPool = MaxRunners }));
    }

    public string? DefaultSchema => _options.Database;

    /// <summary>Makes the pool and tries the connection.</summary>
    /// <exception cref="ProviderException">The server cannot be reached, or refuses.</exception>
    public static async Task<MySqlDatabase> ConnectAsync(MySqlOptions options, ProviderLoggers loggers, CancellationToken cancellationToken)
    {
        var database = new MySqlDatabase(MySqlClient.CreateSource(options), options, loggers);
        try
        {
            await database.PingAsync(cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public Task<MySqlSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken) => OpenAsync(_source, cancellationToken);

    public async Task<IOutboxRunner> OpenRunnerAsync(OutboxDefinition outbox, CancellationToken cancellationToken) =>
        new KeyedOutboxRunner(new MySqlKeyedOutbox(await OpenAsync(_runners.Value, cancellationToken), outbox));

    public async Task<string> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT VERSION()";
            _server = ServerFacts.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
            return _server.Text;
        }
        catch (Exception refused) when (MySqlErrors.IsOfDriver(refused))
        {
            throw new ProviderException(MySqlErrors.ToDiagnostic(refused, _options), refused);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        if (_runners.IsValueCreated)
        {
            await _runners.Value.DisposeAsync();
        }

        _options.Dispose();
    }

    private async Task<MySqlSession> OpenAsync(DbDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await MySqlSession.OpenAsync(source, _server!, _options, _loggers, cancellationToken);
        }
        catch (Exception refused) when (MySqlErrors.IsOfDriver(refused))
        {
            throw new ProviderException(MySqlErrors.ToDiagnostic(refused, _options), refused);
        }
    }
}
