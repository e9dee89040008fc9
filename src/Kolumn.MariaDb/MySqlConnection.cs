using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>
/// A connection to a MariaDB or MySQL server. One thing at a time: a command runs, or a reader is open. What the synchronous methods do,
/// they do by waiting for the others.
/// </summary>
public sealed class MySqlConnection : DbConnection
{
    private MySqlConnectionStringBuilder _settings = new();
    private SessionOptions _options;
    private ConnectionPool? _pool;
    private AsyncSession? _session;
    private string _database = "";
    private bool _opened;

    public MySqlConnection()
        : this("")
    {
    }

    /// <exception cref="ArgumentException">A keyword or value is not understood.</exception>
    public MySqlConnection(string? connectionString)
    {
        _settings = new MySqlConnectionStringBuilder(connectionString ?? "");
        _options = _settings.ToOptions();
    }

    internal MySqlConnection(string connectionString, ConnectionPool? pool)
        : this(connectionString) => _pool = pool;

    /// <summary>Without the password once the connection has been opened, unless <c>Persist Security Info</c> says otherwise.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get
        {
            if (!_opened || _settings.PersistSecurityInfo)
            {
                return _settings.ConnectionString;
            }

            var shown = new MySqlConnectionStringBuilder(_settings.ConnectionString);
            shown.Remove("Password");
            return shown.ConnectionString;
        }

        set
        {
            if (State != ConnectionState.Closed)
            {
                throw new InvalidOperationException("Cannot change the connection string of an open connection.");
            }

            _settings = new MySqlConnectionStringBuilder(value ?? "");
            _options = _settings.ToOptions();
            _opened = false;
            _pool = null;
        }
    }

    public override string Database => _session is null ? _options.Database : _database;

    public override string DataSource => _options.Server;

    public override string ServerVersion => Session.ServerVersion;

    /// <summary>The server's number for this connection, as in SHOW PROCESSLIST.</summary>
    public int ServerThread => unchecked((int)Session.ThreadId);

    public override int ConnectionTimeout => (int)_options.ConnectionTimeout;

    /// <summary>Closed too when the connection was lost.</summary>
    public override ConnectionState State => _session is { IsBroken: false } ? ConnectionState.Open : ConnectionState.Closed;

    public override bool CanCreateBatch => true;

    protected override DbProviderFactory DbProviderFactory => MySqlConnectorFactory.Instance;

    internal SessionOptions Options => _options;

    internal MySqlDataReader? Reader { get; set; }

    internal MySqlTransaction? Transaction { get; set; }

    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    internal AsyncSession Session =>
        _session is { IsBroken: false } session ? session : throw new InvalidOperationException("Connection must be Open; current state is Closed.");

    public override void Open() => OpenAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <exception cref="MySqlException">The server cannot be reached within the connection's timeout, or refuses.</exception>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (State == ConnectionState.Open)
        {
            throw new InvalidOperationException("Cannot open a connection that is open.");
        }

        await CloseAsync();
        _pool ??= _settings.Pooling ? ConnectionPool.For(_settings) : null;
        _session = _pool is null ? await AsyncSession.OpenAsync(_options, cancellationToken) : await _pool.TakeAsync(cancellationToken);
        _database = _options.Database;
        _opened = true;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    public override void Close() => CloseAsync().GetAwaiter().GetResult();

    /// <summary>Leaves an open reader, rolls back an open transaction, and gives the session back.</summary>
    public override async Task CloseAsync()
    {
        if (_session is not { } session)
        {
            return;
        }

        var pool = _pool;
        try
        {
            if (Reader is { } reader)
            {
                await reader.CloseAsync();
            }

            if (Transaction is { } transaction)
            {
                await transaction.DisposeAsync();
            }
        }
        catch (MySqlException)
        {
            // It is not fit for anybody else.
            pool?.Forget();
            pool = null;
        }

        _session = null;
        Reader = null;
        Transaction = null;
        await (pool is null ? session.DisposeAsync() : pool.GiveBackAsync(session));
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    public override void ChangeDatabase(string databaseName) => ChangeDatabaseAsync(databaseName).GetAwaiter().GetResult();

    public override async Task ChangeDatabaseAsync(string databaseName, CancellationToken cancellationToken = default)
    {
        await RunAsync(
            session =>
            {
                session.SelectDatabase(databaseName);
                return true;
            },
            _options.DefaultCommandTimeout,
            cancellationToken);
        _database = databaseName;
    }

    /// <summary>Whether the server still answers.</summary>
    public async Task<bool> PingAsync(CancellationToken cancellationToken = default)
    {
        if (State != ConnectionState.Open)
        {
            return false;
        }

        try
        {
            return await RunAsync(
                session =>
                {
                    session.Ping();
                    return true;
                },
                _options.DefaultCommandTimeout,
                cancellationToken);
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    public new MySqlCommand CreateCommand() => new("", this, Transaction);

    public new MySqlBatch CreateBatch() => new(this, Transaction);

    public new MySqlTransaction BeginTransaction() => BeginTransaction(IsolationLevel.Unspecified);

    public new MySqlTransaction BeginTransaction(IsolationLevel isolationLevel) =>
        MySqlTransaction.BeginAsync(this, isolationLevel, CancellationToken.None).GetAwaiter().GetResult();

    public new async ValueTask<MySqlTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default) =>
        await MySqlTransaction.BeginAsync(this, IsolationLevel.Unspecified, cancellationToken);

    public new async ValueTask<MySqlTransaction> BeginTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken = default) =>
        await MySqlTransaction.BeginAsync(this, isolationLevel, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    /// <summary>Runs calls on the session, which nobody else may be using.</summary>
    internal Task<T> RunAsync<T>(Func<Session, T> calls, uint limitSeconds, CancellationToken cancellationToken) =>
        Reader is null
            ? Session.RunAsync(calls, limitSeconds, cancellationToken)
            : throw new InvalidOperationException("This MySqlConnection is already in use: it has an open reader.");

    protected override DbCommand CreateDbCommand() => CreateCommand();

    protected override DbBatch CreateDbBatch() => CreateBatch();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => BeginTransaction(isolationLevel);

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await BeginTransactionAsync(isolationLevel, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }
}
