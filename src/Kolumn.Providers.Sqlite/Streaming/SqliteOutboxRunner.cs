using System.Globalization;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Streaming;

/// <summary>
/// Hands out events of one outbox to the one runner that has its lock: a lock of the operating system on a file beside the database,
/// which is free again the moment its holder is gone. Whoever does not get it is told that events are pending and tries again.
/// </summary>
internal sealed class SqliteOutboxRunner : IOutboxRunner
{
    private readonly SqliteOptions _options;
    private readonly string _lockPath;
    private readonly SqliteConnection _connection;
    private readonly OutboxDefinition _outbox;
    private readonly string _table;
    private readonly HashSet<long> _held = [];
    private FileStream? _lock;

    private SqliteOutboxRunner(SqliteOptions options, string lockPath, SqliteConnection connection, OutboxDefinition outbox) =>
        (_options, _lockPath, _connection, _outbox, _table) = (options, lockPath, connection, outbox, SqlIdentifier.Quote(outbox.Table));

    public static async Task<SqliteOutboxRunner> OpenAsync(SqliteOptions options, string path, OutboxDefinition outbox, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds),
        }.ToString());
        var runner = new SqliteOutboxRunner(options, $"{path}-{FileName(outbox.Name)}.relay", connection, outbox);
        await runner.RunAsync(connection.Open, cancellationToken);
        return runner;
    }

    public Task SettleAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            if (settled.Any(one => one.Outcome != OutboxOutcomes.Released))
            {
                Settle(settled);
            }

            _held.ExceptWith(settled.Select(one => one.Position));
        },
        cancellationToken);

    public Task<IReadOnlyList<OutboxEvent>> TakeAsync(int maxEvents, long maxBytes, CancellationToken cancellationToken) => RunAsync<IReadOnlyList<OutboxEvent>>(
        () =>
        {
            if (!TryLock())
            {
                return [];
            }

            var events = Take(maxEvents, maxBytes);
            _held.UnionWith(events.Select(taken => taken.Position));
            return events;
        },
        cancellationToken);

    public Task<bool> HasPendingAsync(CancellationToken cancellationToken) =>
        RunAsync(() => _connection.Query($"SELECT 1 FROM {_table} WHERE status = 'pending' LIMIT 1", row => row.GetInt32(0)).Count > 0, cancellationToken);

    /// <summary>The file of the lock stays: whoever took it away could leave two holders of two files of one name.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(_connection.Dispose);
        if (_lock is { } held)
        {
            await held.DisposeAsync();
        }
    }

    private bool TryLock()
    {
        try
        {
            _lock ??= new FileStream(_lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new ProviderException(
                Protocol.Diagnostic.Error(Protocol.DiagnosticCodes.Permission, $"the lock {_lockPath} of the relay cannot be written", "Give this user the right to write beside the database."), denied);
        }
    }

    private void Settle(IReadOnlyList<OutboxSettlement> settled)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            $"""
            UPDATE {_table} SET status = $status, attempts = attempts + 1, next_attempt_at = $next, last_error = $error,
                   processed_at = CASE WHEN $status = 'processed' THEN {OutboxSql.Now} END
            WHERE position = $position AND status = 'pending'
            """;
        var (position, status, next, error) = (Add("$position"), Add("$status"), Add("$next"), Add("$error"));
        foreach (var one in settled.Where(one => one.Outcome != OutboxOutcomes.Released))
        {
            position.Value = one.Position;
            status.Value = one.Outcome == OutboxOutcomes.Retry ? "pending" : one.Outcome;
            next.Value = one.Outcome == OutboxOutcomes.Retry ? SqliteStreams.Moment(DateTimeOffset.UtcNow.AddMilliseconds(one.RetryAfterMs ?? 0)) : DBNull.Value;
            error.Value = (object?)one.Error ?? DBNull.Value;
            command.ExecuteNonQuery();
        }

        transaction.Commit();

        SqliteParameter Add(string name) => command.Parameters.Add(new SqliteParameter { ParameterName = name });
    }

    private List<OutboxEvent> Take(int count, long maxBytes)
    {
        var key = OutboxSql.OrderKey(_outbox);
        var rows = _connection.Query(
            $"""
            SELECT position, id, aggregatetype, aggregateid, type, topic, key, {key}, payload, created_at, attempts
            FROM {_table}
            WHERE status = 'pending' AND position NOT IN (SELECT value FROM json_each($1))
              AND {key} NOT IN (SELECT {key} FROM {_table} WHERE status = 'pending' AND next_attempt_at > {OutboxSql.Now})
            ORDER BY position LIMIT $2
            """,
            Read, $"[{string.Join(',', _held)}]", count);

        // The first one is always handed out, however large it is.
        var (events, bytes) = (new List<OutboxEvent>(), 0L);
        foreach (var row in rows)
        {
            bytes += row.Payload?.Length ?? 0;
            if (events.Count > 0 && bytes > maxBytes)
            {
                break;
            }

            events.Add(row);
        }

        return events;
    }

    private OutboxEvent Read(SqliteDataReader row) => new()
    {
        Position = row.GetInt64(0),
        Id = row.GetString(1),
        AggregateType = row.GetString(2),
        AggregateId = row.GetString(3),
        Type = row.GetString(4),
        Topic = row.IsDBNull(5) ? _outbox.Topic : row.GetString(5),
        Key = row.IsDBNull(6) ? null : row.GetString(6),
        OrderKey = row.GetString(7),
        Payload = row.IsDBNull(8) ? null : row.GetString(8),
        CreatedAt = DateTimeOffset.Parse(row.GetString(9), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        Attempts = row.GetInt32(10),
    };

    private Task RunAsync(Action work, CancellationToken cancellationToken) => RunAsync<object?>(
        () =>
        {
            work();
            return null;
        },
        cancellationToken);

    // SQLite's calls block.
    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (SqliteException failure)
        {
            throw new ProviderException(SqliteFailure.Describe(failure, _options.Database), failure);
        }
    }

    /// <summary>Names of outboxes may hold anything, names of files may not.</summary>
    private static string FileName(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && name.Length <= 100
        ? name
        : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..32];
}
