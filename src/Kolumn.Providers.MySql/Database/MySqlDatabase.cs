using System.Data.Common;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Providers.MySql.Database;

/// <summary>One configured server: a pool of connections and the password they are opened with.</summary>
internal sealed class MySqlDatabase : IProviderConnection<MySqlSession>
{
    private readonly DbDataSource _source;
    private readonly MySqlOptions _options;
    private readonly ProviderLoggers _loggers;
    private ServerFacts? _server;

    private MySqlDatabase(DbDataSource source, MySqlOptions options, ProviderLoggers loggers) => (_source, _options, _loggers) = (source, options, loggers);

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

    public async Task<MySqlSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken)
    {
        try
        {
            return await MySqlSession.OpenAsync(_source, _server!, _options, _loggers, cancellationToken);
        }
        catch (Exception refused) when (MySqlErrors.IsOfDriver(refused))
        {
            throw new ProviderException(MySqlErrors.ToDiagnostic(refused, _options), refused);
        }
    }

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
        _options.Dispose();
    }
}
