using System.Data.Common;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>Connections to one server with one connection string, and their pool, which ends with it.</summary>
public sealed class MySqlDataSource : DbDataSource
{
    private readonly MySqlConnectionStringBuilder _settings;
    private readonly ConnectionPool? _pool;

    /// <exception cref="ArgumentException">A keyword or value is not understood.</exception>
    public MySqlDataSource(string connectionString)
    {
        _settings = new MySqlConnectionStringBuilder(connectionString);
        _pool = _settings.Pooling ? new ConnectionPool(_settings) : null;
    }

    /// <summary>Without the password.</summary>
    public override string ConnectionString
    {
        get
        {
            var shown = new MySqlConnectionStringBuilder(_settings.ConnectionString);
            shown.Remove("Password");
            return shown.ConnectionString;
        }
    }

    public new MySqlConnection CreateConnection() => new(_settings.ConnectionString, _pool);

    public new async ValueTask<MySqlConnection> OpenConnectionAsync(CancellationToken cancellationToken = default) =>
        (MySqlConnection)await OpenDbConnectionAsync(cancellationToken);

    protected override DbConnection CreateDbConnection() => CreateConnection();

    protected override async ValueTask DisposeAsyncCore()
    {
        if (_pool is not null)
        {
            await _pool.DisposeAsync();
        }

        await base.DisposeAsyncCore();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pool?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }
}
