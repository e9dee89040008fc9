using System.Data;
using System.Globalization;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;
using Npgsql;
using NpgsqlTypes;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>
/// One transaction, or one after the other on the same connection. A read session sees one moment of the database and is always rolled back; a write session sees what others
/// commit and takes no lock it would have to wait longer than <see cref="LockTimeout"/> for.
/// </summary>
internal sealed class PostgresSession : ITransactionSession, IContinuingSession, ILockLimitedSession, ICountingSession
{
    /// <summary>A statement that waits for a lock makes everybody who comes after it wait too.</summary>
    public static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(3);

    // Statements of one round trip: enough to hide the network, few enough that a cancel is noticed and memory stays small.
    private const int BatchStatements = 400;
    private const int BatchCharacters = 512 * 1024;

    private readonly NpgsqlConnection _connection;
    private readonly PostgresOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly ProviderLoggers _loggers;

    // null between two transactions.
    private NpgsqlTransaction? _transaction;

    // What unqualified names in users' expressions are looked up in: the role's own setting.
    private string _searchPath = "";
    private bool _hasSavepoint;

    private PostgresSession(NpgsqlConnection connection, NpgsqlTransaction transaction, NpgsqlDataSource source, PostgresOptions options, ProviderLoggers loggers)
    {
        _source = source;
        _loggers = loggers;
        _connection = connection;
        _transaction = transaction;
        _options = options;
    }

    /// <summary>The server's major version.</summary>
    public int ServerVersion => _connection.PostgreSqlVersion.Major;

    /// <summary>Ahead of a query in <see cref="ReadAsync"/>: unqualified names mean there what they mean in a user's statement.</summary>
    public CatalogQuery UsersNames => new(new Statement("SELECT set_config('search_path', $1, true)") { Parameters = [_searchPath] }, _ => { });

    /// <summary>Whether tables with rows are changed in steps that keep nobody waiting.</summary>
    public bool LowLock => _options.LowLock;

    /// <summary>Begins the transaction on a connection of its own.</summary>
    public static async Task<PostgresSession> BeginAsync(
        NpgsqlDataSource source, IsolationLevel isolation, PostgresOptions options, ProviderLoggers loggers, CancellationToken cancellationToken)
    {
        PostgresSession? session = null;
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            session = new PostgresSession(connection, await connection.BeginTransactionAsync(isolation, cancellationToken), source, options, loggers);
            await session.SetLimitsAsync(cancellationToken);
            return session;
        }
        catch
        {
            await (session?.DisposeAsync() ?? connection.DisposeAsync());
            throw;
        }
    }

    public Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) => ExecuteCountingAsync(statements, cancellationToken);

    public async Task<long> ExecuteCountingAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        var rows = 0L;
        using var operation = _loggers.TrackOperation(_loggers.Handler, "execute statements").Tag("db.operation.batch.size", statements.Count);
        for (var first = 0; first < statements.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var batch = NewBatch();
            var characters = 0;
            for (var at = first; at < statements.Count && batch.BatchCommands.Count < BatchStatements && characters < BatchCharacters; at++)
            {
                characters += statements[at].Text.Length;
                batch.BatchCommands.Add(ToCommand(statements[at]));
            }

            await using var watch = new LockWatch(_source, _connection.ProcessID);
            try
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
            {
                // Without a failing command it was the connection: the first statement of the batch stands for all of it.
                var failed = refused is PostgresException { BatchCommand: NpgsqlBatchCommand command } ? batch.BatchCommands.IndexOf(command) : -1;
                var index = first + Math.Max(failed, 0);
                var diagnostic = PostgresErrors.ToDiagnostic(refused, _options, statements[index].Text, watch.Holder);
                operation.Fail(diagnostic);
                throw new StatementFailedException(index, diagnostic, refused);
            }

            rows += batch.BatchCommands.Cast<NpgsqlBatchCommand>().Where(command => command.StatementType is Npgsql.StatementType.Insert or Npgsql.StatementType.Update or Npgsql.StatementType.Delete or Npgsql.StatementType.Merge).Sum(command => (long)command.Rows);
            first += batch.BatchCommands.Count;
        }

        return rows;
    }

    /// <summary>
    /// Runs catalog queries in one round trip. Names in their results are qualified unless they are PostgreSQL's own, whatever
    /// the search path of the role.
    /// </summary>
    /// <exception cref="ProviderException">The database refused or was lost.</exception>
    public async Task ReadAsync(IReadOnlyList<CatalogQuery> queries, CancellationToken cancellationToken)
    {
        using var operation = _loggers.TrackOperation(_loggers.Discovery, "read catalog").Tag("db.operation.batch.size", queries.Count);
        await using var batch = NewBatch();
        batch.BatchCommands.Add(SetSearchPath(""));
        foreach (var query in queries)
        {
            batch.BatchCommands.Add(ToCommand(query.Statement));
        }

        batch.BatchCommands.Add(SetSearchPath(_searchPath));
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            foreach (var query in queries)
            {
                await reader.NextResultAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    query.Row(reader);
                }
            }

            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            var diagnostic = PostgresErrors.ToDiagnostic(refused, _options);
            operation.Fail(diagnostic);
            throw new ProviderException(diagnostic, refused);
        }
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _transaction!.CommitAsync(cancellationToken);
            await EndAsync();
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new StatementFailedException(-1, PostgresErrors.ToDiagnostic(refused, _options), refused);
        }
    }

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await EndAsync();
            if (_connection.State != ConnectionState.Open)
            {
                // Lost outside a transaction: what it did there is certain or undone, and another connection can tell which.
                await _connection.CloseAsync();
                await _connection.OpenAsync(cancellationToken);
            }

            _transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await SetLimitsAsync(cancellationToken);
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new ProviderException(PostgresErrors.ToDiagnostic(refused, _options), refused);
        }
    }

    /// <summary>
    /// A statement that keeps nobody waiting may wait and work for as long as <see cref="PostgresOptions.BuildTimeout"/> says; any other has
    /// the limits of a transaction.
    /// </summary>
    public async Task ExecuteAloneAsync(Statement statement, CancellationToken cancellationToken)
    {
        var disturbs = statement.Locks.Any(taken => taken.Blocks is ObjectLock.Readers or ObjectLock.Writers);
        var limit = disturbs ? _options.QueryTimeout : _options.BuildTimeout;
        if (_connection.State != ConnectionState.Open)
        {
            throw new StatementFailedException(0, PostgresErrors.ToDiagnostic(new NpgsqlException("the connection was lost"), _options));
        }

        await using var watch = new LockWatch(_source, _connection.ProcessID);
        try
        {
            await EndAsync();
            await using var limits = NewBatch();
            limits.BatchCommands.Add(SetLimits(disturbs ? LockTimeout : limit, limit, forTransaction: false));
            await limits.ExecuteNonQueryAsync(cancellationToken);
            await using var batch = NewBatch(limit);
            batch.BatchCommands.Add(ToCommand(statement));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new StatementFailedException(0, PostgresErrors.ToDiagnostic(refused, _options, statement.Text, watch.Holder), refused);
        }
    }

    /// <summary>Three quarters of the lock table: https://www.postgresql.org/docs/current/runtime-config-locks.html.</summary>
    public async Task<int> FindLockCapacityAsync(CancellationToken cancellationToken)
    {
        var capacity = 0L;
        await ReadAsync(
            [
                new CatalogQuery(
                    new Statement("SELECT current_setting('max_locks_per_transaction')::bigint * (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint)"),
                    row => capacity = row.GetInt64(0)),
            ],
            cancellationToken);
        return (int)Math.Min(int.MaxValue, capacity / 4 * 3);
    }

    public Task SaveAsync(CancellationToken cancellationToken)
    {
        // Another savepoint of the same name would only hide the first, and a session of many calls would collect them.
        string[] statements = _hasSavepoint ? ["RELEASE SAVEPOINT kolumn_call", "SAVEPOINT kolumn_call"] : ["SAVEPOINT kolumn_call"];
        _hasSavepoint = true;
        return RunAsync(statements, cancellationToken);
    }

    public Task RestoreAsync(CancellationToken cancellationToken) => RunAsync(["ROLLBACK TO SAVEPOINT kolumn_call"], cancellationToken);

    /// <summary>Rolls back what is not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _connection.DisposeAsync();
    }

    private async Task EndAsync()
    {
        if (_transaction is { } transaction)
        {
            _transaction = null;
            await transaction.DisposeAsync();
        }
    }

    private async Task RunAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        await using var batch = NewBatch();
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new ProviderException(PostgresErrors.ToDiagnostic(refused, _options), refused);
        }
    }

    private async Task SetLimitsAsync(CancellationToken cancellationToken)
    {
        await using var batch = NewBatch();
        batch.BatchCommands.Add(SetLimits(LockTimeout, _options.QueryTimeout, forTransaction: true));
        _searchPath = (string)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NpgsqlBatchCommand SetLimits(TimeSpan forLock, TimeSpan forStatement, bool forTransaction)
    {
        var milliseconds = (TimeSpan limit) => ((long)limit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return ToCommand(new Statement(
            """
            SELECT current_setting('search_path'), set_config('lock_timeout', $1, $3), set_config('statement_timeout', $2, $3),
                   set_config('standard_conforming_strings', 'on', $3), set_config('client_min_messages', 'warning', $3)
            """)
        {
            Parameters = [milliseconds(forLock), milliseconds(forStatement), forTransaction],
        });
    }

    // The server ends a statement by itself; the driver's own limit is for a server that does not answer any more.
    private NpgsqlBatch NewBatch(TimeSpan? limit = null) =>
        new(_connection, _transaction) { Timeout = (int)(limit ?? _options.QueryTimeout).TotalSeconds + 10 };

    private static NpgsqlBatchCommand SetSearchPath(string path) => ToCommand(new Statement("SELECT set_config('search_path', $1, true)") { Parameters = [path] });

    private static NpgsqlBatchCommand ToCommand(Statement statement)
    {
        var command = new NpgsqlBatchCommand(statement.WithSecret?.Invoke() ?? statement.Text);
        foreach (var value in statement.Parameters)
        {
            command.Parameters.Add(value switch
            {
                string[] texts => new NpgsqlParameter { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                _ => new NpgsqlParameter { Value = value ?? DBNull.Value },
            });
        }

        return command;
    }
}
