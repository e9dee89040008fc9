using System.Globalization;
using Npgsql;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>
/// Finds out who holds the lock that a statement waits for. The server says so only while it waits, so somebody else asks:
/// <c>pg_blocking_pids</c> on another connection, once a second. What the other session runs is not asked for: it is not ours to show.
/// </summary>
internal sealed class LockWatch : IAsyncDisposable
{
    private const string BlockingSession = """
        SELECT format('Session %s of %s (%s)', a.pid, a.usename, concat_ws(', ', nullif(a.application_name, ''), a.state, 'in its transaction since ' || to_char(a.xact_start, 'HH24:MI:SS'))), a.pid
        FROM pg_catalog.pg_stat_activity a
        WHERE a.pid = ANY (pg_catalog.pg_blocking_pids($1))
        ORDER BY a.xact_start NULLS LAST
        LIMIT 1
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly NpgsqlDataSource _source;
    private readonly Task _watching;
    private volatile string? _holder;

    /// <param name="source">Where another connection comes from.</param>
    /// <param name="backend">The process of the session that may have to wait.</param>
    public LockWatch(NpgsqlDataSource source, int backend)
    {
        _source = source;
        _watching = WatchAsync(backend);
    }

    /// <summary>A sentence; null while nobody was seen to hold anything.</summary>
    public string? Holder => _holder;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _end.Dispose();
    }

    private async Task WatchAsync(int backend)
    {
        while (true)
        {
            await Task.Delay(Interval, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_end.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await using var command = _source.CreateCommand(BlockingSession);
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = backend });
                await using var reader = await command.ExecuteReaderAsync(_end.Token);
                if (await reader.ReadAsync(_end.Token))
                {
                    _holder = string.Create(
                        CultureInfo.InvariantCulture, $"{reader.GetString(0)} holds it: end that transaction, or SELECT pg_terminate_backend({reader.GetInt32(1)}), and try again.");
                }
            }
            catch (Exception unanswered) when (unanswered is OperationCanceledException || PostgresErrors.IsOfDriver(unanswered))
            {
                // Without a name the lock is reported all the same.
            }
        }
    }
}
