using System.Data.Common;
using Kolumn.Protocol;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Providers.MySql.Database;

/// <summary>
/// A connection for one piece of work. The server commits every change of an object by itself, so a statement has taken effect when it
/// returns; none waits longer than <see cref="LockTimeout"/> for a lock.
/// </summary>
internal sealed class MySqlSession : IProviderSession
{
    /// <summary>A statement that waits for a table makes everybody who comes after it wait too.</summary>
    public static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(3);

    // Quotes and backslashes mean in every session what MySqlName and MySqlText make of them, and a value that does not fit is refused, not cut.
    private const string Settings = """
        SET SESSION sql_mode = (SELECT TRIM(BOTH ',' FROM REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
              REPLACE(CONCAT(',', @@sql_mode, ',STRICT_TRANS_TABLES,'), ',', ',,'), ',ANSI_QUOTES,', ''), ',ANSI,', ''), ',ORACLE,', ''), ',DB2,', ''), ',MSSQL,', ''),
              ',POSTGRESQL,', ''), ',MAXDB,', ''), ',NO_BACKSLASH_ESCAPES,', ''), ',,', ','))),
            lock_wait_timeout = 3, innodb_lock_wait_timeout = 3, time_zone = '+00:00', foreign_key_checks = 1
        """;

    private readonly DbConnection _connection;
    private readonly MySqlOptions _options;
    private readonly ProviderLoggers _loggers;
    private bool _hasOwnDatabase;

    private MySqlSession(DbConnection connection, ServerFacts server, MySqlOptions options, ProviderLoggers loggers)
    {
        _connection = connection;
        Server = server;
        _options = options;
        _loggers = loggers;
    }

    public ServerFacts Server { get; }

    /// <summary>Of everything that names none; null when everything names one.</summary>
    public string? Database => _options.Database;

    public SchemaNames Names => new(Database);

    /// <exception cref="DbException">The server cannot be reached, or refuses.</exception>
    public static async Task<MySqlSession> OpenAsync(DbDataSource source, ServerFacts server, MySqlOptions options, ProviderLoggers loggers, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            var session = new MySqlSession(connection, server, options, loggers);
            await using var command = session.ToCommand(new Statement(Settings));
            await command.ExecuteNonQueryAsync(cancellationToken);
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether it has taken locks by name, which it lets go of when it ends although its connection lives on.</summary>
    public bool HoldsLocks { get; set; }

    /// <summary>A statement that takes a lock of the session: the session lets go of all of these when it ends, although its connection lives on.</summary>
    public static Statement HoldUntilTheEnd(string statement) => new(statement) { LockEntries = 1 };

    /// <summary>Everything that <paramref name="work"/> runs takes effect together, or nothing of it; but for statements that commit by themselves.</summary>
    /// <exception cref="ProviderException">Of the work, or the server was lost.</exception>
    public async Task TogetherAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await ExecuteAsync([new Statement("START TRANSACTION")], cancellationToken);
        try
        {
            await work();
        }
        catch
        {
            await RollBackAsync();
            throw;
        }

        await ExecuteAsync([new Statement("COMMIT")], CancellationToken.None);
    }

    public async Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        using var operation = _loggers.TrackOperation(_loggers.Handler, "execute statements").Tag("db.operation.batch.size", statements.Count);
        for (var index = 0; index < statements.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await EnsureOwnDatabaseAsync(statements[index], cancellationToken);
                await using var command = ToCommand(statements[index]);
                await command.ExecuteNonQueryAsync(cancellationToken);
                HoldsLocks |= statements[index].LockEntries > 0;
            }
            catch (Exception refused) when (MySqlErrors.IsOfDriver(refused))
            {
                var diagnostic = MySqlErrors.ToDiagnostic(refused, _options, holdsSecret: statements[index].WithSecret is not null);
                operation.Fail(diagnostic);
                throw new StatementFailedException(index, diagnostic, refused);
            }
        }
    }

    /// <returns>How many rows were changed.</returns>
    /// <exception cref="ProviderException">The server refused or was lost.</exception>
    public async Task<long> ChangeAsync(Statement statement, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = ToCommand(statement);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception refused) when (MySqlErrors.IsOfDriver(refused))
        {
            throw new ProviderException(MySqlErrors.ToDiagnostic(refused, _options), refused);
        }
    }

    /// <exception cref="ProviderException">The server refused or was lost.</exception>
    public async Task ReadAsync(IReadOnlyList<CatalogQuery> queries, CancellationToken cancellationToken)
    {
        using var operation = _loggers.TrackOperation(_loggers.Discovery, "read catalog").Tag("db.operation.batch.size", queries.Count);
        try
        {
            if (queries.Count > 1 && queries.All(query => query.Statement.Parameters.Count == 0))
            {
                await using var batch = ToBatch([.. queries.Select(query => query.Statement)]);
                await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
                for (var at = 0; at < queries.Count; at++, await reader.NextResultAsync(cancellationToken))
                {
                    await ReadAsync(queries[at], reader, cancellationToken);
                }

                return;
            }

            foreach (var query in queries)
            {
                await using var command = ToCommand(query.Statement);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                await ReadAsync(query, reader, cancellationToken);
            }
        }
        catch (Exception refused) when (MySqlErrors.IsOfDriver(refused))
        {
            var diagnostic = MySqlErrors.ToDiagnostic(refused, _options);
            operation.Fail(diagnostic);
            throw new ProviderException(diagnostic, refused);
        }
    }

    /// <summary>Runs all of the statements, in one round trip and one more for each that is refused.</summary>
    /// <returns>Why each was refused; null for what was done.</returns>
    /// <exception cref="ProviderException">The server was lost, or another session is in the way.</exception>
    public async Task<IReadOnlyList<Diagnostic?>> TryAllAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        var refusals = new Diagnostic?[statements.Count];
        using var operation = _loggers.TrackOperation(_loggers.Handler, "try statements").Tag("db.operation.batch.size", statements.Count);
        for (var next = 0; next < statements.Count; next++)
        {
            await using var batch = ToBatch([.. statements.Skip(next)]);
            try
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
                break;
            }
            catch (Exception refused) when (MySqlErrors.IsOfDriver(refused))
            {
                var diagnostic = MySqlErrors.ToDiagnostic(refused, _options);
                if (diagnostic.Code == DiagnosticCodes.Connection || diagnostic.Retryable || refused is not DbException { BatchCommand: { } command })
                {
                    operation.Fail(diagnostic);
                    throw new ProviderException(diagnostic, refused);
                }

                next += batch.BatchCommands.IndexOf(command);
                refusals[next] = diagnostic;
            }
        }

        return refusals;
    }

    /// <summary>Nothing is left to do: every statement has taken effect.</summary>
    public Task CommitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (HoldsLocks)
        {
            await QuietlyAsync("DO RELEASE_ALL_LOCKS()");
        }

        await _connection.DisposeAsync();
    }

    private Task RollBackAsync() => QuietlyAsync("ROLLBACK");

    /// <summary>What was lost has ended its transaction and let go of its locks by that.</summary>
    private async Task QuietlyAsync(string statement)
    {
        try
        {
            using var limit = new CancellationTokenSource(LockTimeout);
            await ExecuteAsync([new Statement(statement)], limit.Token);
        }
        catch (Exception lost) when (lost is ProviderException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody is told of the failure of what only tidies up.
        }
    }

    private async Task EnsureOwnDatabaseAsync(Statement statement, CancellationToken cancellationToken)
    {
        if (!_hasOwnDatabase && InPlace(statement.Text) != statement.Text)
        {
            await using var command = ToCommand(OwnTables.CreateDatabase);
            await command.ExecuteNonQueryAsync(cancellationToken);
            _hasOwnDatabase = true;
        }
    }

    /// <summary>The statement with Kolumn's own tables where this connection has them.</summary>
    public string InPlace(string statement) => Database is null ? OwnTables.InOwnDatabase(statement) : statement;

    private static async Task ReadAsync(CatalogQuery query, DbDataReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
            query.Row(reader);
        }
    }

    /// <param name="statements">Without parameters. The limit of time is that of each, for all together.</param>
    private DbBatch ToBatch(IReadOnlyList<Statement> statements)
    {
        var batch = _connection.CreateBatch();
        batch.Timeout = (int)Math.Min(_options.QueryTimeout.TotalSeconds * statements.Count, int.MaxValue);
        foreach (var statement in statements)
        {
            var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // Names in it are quoted and values are quoted: see Statement.
            command.CommandText = InPlace(statement.Text);
#pragma warning restore CA2100
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    /// <summary>Statements of the Sdk count their parameters, <c>$1</c>; the server takes them in order, <c>?</c>.</summary>
    private DbCommand ToCommand(Statement statement)
    {
        var command = _connection.CreateCommand();
        command.CommandTimeout = (int)_options.QueryTimeout.TotalSeconds;
        var text = InPlace(statement.WithSecret?.Invoke() ?? statement.Text);
#pragma warning disable CA2100 // Names in it are quoted and values are parameters or quoted: see Statement.
        command.CommandText = statement.Parameters.Count == 0 ? text : NumberedParameters.Place(text, statement.Parameters, command);
#pragma warning restore CA2100
        return command;
    }
}
