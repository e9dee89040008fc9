using Kolumn.Protocol;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// One transaction on one connection of its own. SQLite's calls block, so they run on the thread pool beside the provider's
/// other work, and a cancellation interrupts the statement that is running.
/// </summary>
/// <remarks>
/// A writing session takes the write lock at once and turns two settings, which cannot change inside a transaction or would
/// make a table rebuild impossible: foreign keys are not enforced statement by statement but checked before the commit, and a
/// rename leaves the text of views and triggers alone, which is checked before the commit too: <see cref="CommitGuard"/>.
/// </remarks>
internal sealed class SqliteSession : ITransactionSession, ICountingSession
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly SqliteConnection _connection;
    private readonly SqliteOptions _options;
    private readonly ProviderLoggers _loggers;
    private readonly TimeProvider _time;
    private readonly CommitGuard? _guard;
    private readonly string? _createdFile;
    private readonly FileUsers _users;
    private SqliteConnection? _ahead;
    private bool _isOpen = true;
    private bool _committed;
    private bool _hasSavepoint;

    private SqliteSession(SqliteConnection connection, SqliteOptions options, SessionMode mode, string? createdFile, FileUsers users, ProviderLoggers loggers, TimeProvider time)
    {
        (_connection, _options, _createdFile, _users, _loggers, _time) = (connection, options, createdFile, users, loggers, time);
        _guard = mode == SessionMode.Write ? new CommitGuard(connection, options.ForeignKeys) : null;
    }

    /// <exception cref="ProviderException">The file cannot be opened, is no database, or stays locked.</exception>
    public static async Task<SqliteSession> OpenAsync(
        SqliteOptions options, string path, FileUsers users, SessionMode mode, ProviderLoggers loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        users.Enter();
        string? created;
        try
        {
            created = mode == SessionMode.Write && Create(path, options) ? path : null;
        }
        catch
        {
            users.Leave(path: null);
            throw;
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = File.Exists(path) ? path : ":memory:",
            Mode = options.ReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        var session = new SqliteSession(connection, options, mode, created, users, loggers, time);
        try
        {
            await session.BeginAsync(mode, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs the statements on a copy of the schema, without rows and in memory. From then on the session reads from the copy, until it
    /// executes something: what is planned is compared with how things will be.
    /// </summary>
    /// <param name="copy">Fills the empty database.</param>
    /// <exception cref="ProviderException">SQLite refuses one of them.</exception>
    public async Task LookAheadAsync(Action<SqliteConnection> copy, IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        var memory = new SqliteConnection("Data Source=:memory:;Pooling=False");
        await memory.OpenAsync(cancellationToken);
        _ahead = memory;
        var current = "";
        try
        {
            await RunAsync(
                () =>
                {
                    NativeSqlite.RefuseStringsInDoubleQuotes(memory.Handle!);
                    copy(memory);
                    foreach (var statement in statements)
                    {
                        Execute(memory, statement with { Text = current = statement.Text });
                    }
                },
                cancellationToken);
        }
        catch (SqliteException failure)
        {
            throw new ProviderException(SqliteFailure.Describe(failure, _options.Database, current), failure);
        }
    }

    /// <summary>Reads from the database again.</summary>
    public void EndLookAhead()
    {
        _ahead?.Dispose();
        _ahead = null;
    }

    /// <summary>Runs queries; what they return has to be read to its end inside.</summary>
    /// <exception cref="ProviderException">SQLite refuses.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        using var operation = _loggers.TrackOperation(_loggers.Discovery, "read catalog");
        try
        {
            return await RunAsync(() => read(_ahead ?? _connection), cancellationToken);
        }
        catch (SqliteException failure)
        {
            var diagnostic = SqliteFailure.Describe(failure, _options.Database);
            operation.Fail(diagnostic);
            throw new ProviderException(diagnostic, failure);
        }
    }

    public Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) => ExecuteCountingAsync(statements, cancellationToken);

    /// <summary>https://www.sqlite.org/c3ref/total_changes.html: what triggers change is counted too.</summary>
    public async Task<long> ExecuteCountingAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        EndLookAhead();
        using var operation = _loggers.TrackOperation(_loggers.Handler, "execute statements").Tag("db.operation.batch.size", statements.Count);
        var index = -1;
        try
        {
            await RunAsync(() => _guard?.Before(statements), cancellationToken);
            return await RunAsync(
                () =>
                {
                    long before = raw.sqlite3_total_changes(_connection.Handle);
                    for (index = 0; index < statements.Count; index++)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        Execute(_connection, statements[index]);
                    }

                    return raw.sqlite3_total_changes(_connection.Handle) - before;
                },
                cancellationToken);
        }
        catch (SqliteException failure)
        {
            var statement = index < 0 ? null : statements[index];
            var rows = await RunAsync(() => RowsInTheWay.Explain(_connection, failure, statement?.Text), CancellationToken.None);
            var diagnostic = rows ?? _guard?.ExplainLogicError(failure) ?? SqliteFailure.Describe(failure, _options.Database, statement?.Text);
            operation.Fail(diagnostic);
            throw new StatementFailedException(index, diagnostic, failure);
        }
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_guard is not null && await RunAsync(_guard.FaultBeforeCommit, cancellationToken) is { } fault)
            {
                throw new StatementFailedException(-1, fault);
            }

            await RunSimpleAsync("COMMIT", cancellationToken);
            _committed = true;
        }
        catch (SqliteException failure)
        {
            throw new StatementFailedException(-1, SqliteFailure.Describe(failure, _options.Database), failure);
        }
    }

    public Task SaveAsync(CancellationToken cancellationToken)
    {
        var release = _hasSavepoint ? "RELEASE kolumn_call; " : "";
        _hasSavepoint = true;
        return DescribingAsync(() => RunSimpleAsync(release + "SAVEPOINT kolumn_call", cancellationToken));
    }

    public Task RestoreAsync(CancellationToken cancellationToken) => DescribingAsync(() => RunSimpleAsync("ROLLBACK TO kolumn_call", cancellationToken));

    public async ValueTask DisposeAsync()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        EndLookAhead();
        await Task.Run(_connection.Dispose); // An open transaction is rolled back.
        _users.Leave(_committed ? null : _createdFile);
    }

    private Task BeginAsync(SessionMode mode, CancellationToken cancellationToken) => DescribingAsync(async () =>
    {
        await RunAsync(_connection.Open, cancellationToken);
        NativeSqlite.RefuseStringsInDoubleQuotes(_connection.Handle!);
        if (mode == SessionMode.Read)
        {
            await RunSimpleAsync("PRAGMA query_only = ON; BEGIN", cancellationToken);
            // The first read takes the lock that makes all later ones see the same.
            await RunSimpleAsync("SELECT count(*) FROM sqlite_master", cancellationToken);
        }
        else
        {
            await RunSimpleAsync("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON", cancellationToken);
            await RunSimpleAsync("BEGIN IMMEDIATE", cancellationToken);
        }
    });

    private async Task DescribingAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SqliteException failure)
        {
            throw new ProviderException(SqliteFailure.Describe(failure, _options.Database), failure);
        }
    }

    private static void Execute(SqliteConnection connection, Statement statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        for (var i = 0; i < statement.Parameters.Count; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", statement.Parameters[i] ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }

    /// <summary>Runs what takes a lock, again and again until the lock is free or the limit has passed.</summary>
    private async Task RunSimpleAsync(string sql, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var code = await RunAsync(() => raw.sqlite3_exec(_connection.Handle, sql), cancellationToken);
            if (code == raw.SQLITE_OK)
            {
                return;
            }

            if (!SqliteFailure.IsBusy(code) || _time.GetElapsedTime(started) >= _options.BusyTimeout)
            {
                throw SqliteFailure.ToException(_connection.Handle!, code);
            }

            await Task.Delay(PollInterval, _time, cancellationToken);
        }
    }

    private Task RunAsync(Action work, CancellationToken cancellationToken) => RunAsync<object?>(
        () =>
        {
            work();
            return null;
        },
        cancellationToken);

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var interrupting = cancellationToken.Register(() =>
        {
            if (_connection.Handle is { IsInvalid: false } handle)
            {
                raw.sqlite3_interrupt(handle);
            }
        });
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        catch (SqliteException failure) when (SqliteFailure.IsInterrupt(failure) && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The statement was interrupted.", failure, cancellationToken);
        }
    }

    /// <summary>Makes the file, for its owner alone; true when it was not there before.</summary>
    private static bool Create(string path, SqliteOptions options)
    {
        if (File.Exists(path))
        {
            return false;
        }

        try
        {
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, mode);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Permission, $"the database {options.Database} cannot be created", denied.Message), denied);
        }
    }
}
