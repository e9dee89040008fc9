using System.Data;
using Kolumn.Providers.Postgres.Streaming;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;
using Npgsql;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>One configured server and database: a pool of connections and the password they are opened with.</summary>
internal sealed class PostgresConnection : IProviderConnection<PostgresSession>, IOutboxConnection
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgresOptions _options;
    private readonly ProviderLoggers _loggers;

    // Runners last, so they take no place in the pool of what is short.
    private readonly Lazy<NpgsqlDataSource> _runners;

    private PostgresConnection(NpgsqlDataSource source, PostgresOptions options, ProviderLoggers loggers)
    {
        _source = source;
        _options = options;
        _loggers = loggers;
        _runners = new Lazy<NpgsqlDataSource>(() => BuildSource(options with { ConnectionPool = MaxRunners }));
    }

    private const int MaxRunners = 64;

    /// <summary>Makes the pool and tries the connection.</summary>
    /// <exception cref="ProviderException">The server cannot be reached, or refuses.</exception>
    public static async Task<PostgresConnection> ConnectAsync(PostgresOptions options, ProviderLoggers loggers, CancellationToken cancellationToken)
    {
        var connection = new PostgresConnection(BuildSource(options), options, loggers);
        try
        {
            await connection.PingAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static NpgsqlDataSource BuildSource(PostgresOptions options)
    {
        // The slim builder and the missing type loading save two thirds of the time to the first answer: nothing here needs
        // more than the built-in types.
        var builder = new NpgsqlSlimDataSourceBuilder(options.ToConnectionString());
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        builder.ConfigureTypeLoading(loading => loading.EnableTypeLoading(false));
        if (options.Password is { } password)
        {
            builder.UsePasswordProvider(_ => password.Reveal(), (_, _) => ValueTask.FromResult(password.Reveal()));
        }

        return builder.Build();
    }

    /// <summary>One connection stays free for everybody else.</summary>
    public int MaxTransactions => Math.Clamp(_options.ConnectionPool - 1, 1, 8);

    public Task<PostgresSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken) =>
        BeginAsync(mode == SessionMode.Read ? IsolationLevel.RepeatableRead : IsolationLevel.ReadCommitted, cancellationToken);

    public Task<PostgresSession> OpenTransactionAsync(SessionMode mode, string isolation, CancellationToken cancellationToken) =>
        BeginAsync(
            isolation switch
            {
                "serializable" => IsolationLevel.Serializable,
                "repeatable_read" => IsolationLevel.RepeatableRead,
                _ => IsolationLevel.ReadCommitted,
            },
            cancellationToken);

    public async Task<IOutboxRunner> OpenRunnerAsync(OutboxDefinition outbox, CancellationToken cancellationToken) =>
        new KeyedOutboxRunner(await PostgresKeyedOutbox.OpenAsync(_runners.Value, _options, outbox, cancellationToken));

    public async Task<string> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = _source.CreateCommand("SELECT current_setting('server_version')");
            var version = (string)(await command.ExecuteScalarAsync(cancellationToken))!;

            // "15.4 (Debian 15.4-1)": the packager's part says nothing about the server.
            return version.Split(' ')[0];
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new ProviderException(PostgresErrors.ToDiagnostic(refused, _options), refused);
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

    private async Task<PostgresSession> BeginAsync(IsolationLevel isolation, CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresSession.BeginAsync(_source, isolation, _options, _loggers, cancellationToken);
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new ProviderException(PostgresErrors.ToDiagnostic(refused, _options), refused);
        }
    }
}
