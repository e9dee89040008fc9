using System.Text;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;
using Npgsql;

namespace Kolumn.Providers.Postgres.Streaming;

/// <summary>
/// Hands out events from one connection. What it holds is held by advisory locks of its session, one for each order key: no row is
/// written for it, no transaction stays open, and PostgreSQL lets go of them the moment the connection is gone.
/// </summary>
/// <remarks>
/// The order of things is what keeps keys in order: a key's lock is taken in one statement and its events are read in a later one, whose
/// snapshot sees what the runner before has committed; and a lock is let go of only after the outcome was committed.
/// </remarks>
internal sealed class PostgresOutboxRunner : IOutboxRunner
{
    /// <summary>How often other keys are looked for where all that were found are held by others.</summary>
    private const int MaxRounds = 8;

    private readonly NpgsqlConnection _connection;
    private readonly PostgresOptions _options;
    private readonly OutboxDefinition _outbox;
    private readonly string _table;
    private readonly string _orderKey;

    // What is held, by position; and how many of each key, whose locks are ours.
    private readonly Dictionary<long, string> _held = [];
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);

    private PostgresOutboxRunner(NpgsqlConnection connection, PostgresOptions options, OutboxDefinition outbox) =>
        (_connection, _options, _outbox, _table, _orderKey) = (connection, options, outbox, OutboxSql.TableOf(outbox).Quoted, OutboxSql.OrderKey(outbox));

    public static async Task<PostgresOutboxRunner> OpenAsync(
        NpgsqlDataSource source, PostgresOptions options, OutboxDefinition outbox, CancellationToken cancellationToken)
    {
        try
        {
            return new PostgresOutboxRunner(await source.OpenConnectionAsync(cancellationToken), options, outbox);
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new ProviderException(PostgresErrors.ToDiagnostic(refused, options), refused);
        }
    }

    public Task SettleAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken) => DescribingAsync(async () =>
    {
        if (settled.Count == 0)
        {
            return;
        }

        var of = settled.ToLookup(one => one.Outcome);
        await using (var batch = new NpgsqlBatch(_connection))
        {
            Add(batch, of[OutboxOutcomes.Processed], "status = 'processed', processed_at = clock_timestamp(), attempts = attempts + 1, next_attempt_at = NULL, last_error = NULL");
            Add(batch, of[OutboxOutcomes.Failed], "status = 'failed', attempts = attempts + 1, next_attempt_at = NULL, last_error = s.error");
            Add(batch, of[OutboxOutcomes.Retry], "attempts = attempts + 1, next_attempt_at = clock_timestamp() + s.pause * interval '1 millisecond', last_error = s.error");
            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        await LetGoAsync([.. settled.Select(one => one.Position)], cancellationToken);
    });

    /// <summary>
    /// 1. Look at the oldest pending events that are not held and whose keys do not wait; lock the keys that are new.
    /// 2. Where that gave nothing because others hold them, look past those keys.
    /// 3. Read the events of the locked keys.
    /// 4. Let go of keys of which no event was taken after all.
    /// </summary>
    public Task<IReadOnlyList<OutboxEvent>> TakeAsync(int maxEvents, long maxBytes, CancellationToken cancellationToken) => DescribingAsync<IReadOnlyList<OutboxEvent>>(async () =>
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < MaxRounds; round++)
        {
            var (found, last, locked) = await LockAsync(maxEvents, refused, cancellationToken); // 1
            if (found == 0)
            {
                return [];
            }

            foreach (var key in locked)
            {
                _keys[key] = 0;
            }

            var events = await ReadAsync(maxEvents, maxBytes, last, refused, cancellationToken); // 3
            foreach (var taken in events)
            {
                _held[taken.Position] = taken.OrderKey;
                _keys[taken.OrderKey]++;
            }

            await LetGoAsync([], cancellationToken); // 4
            if (events.Count > 0)
            {
                return events;
            }
        }

        return []; // 2
    });

    public Task<bool> HasPendingAsync(CancellationToken cancellationToken) => DescribingAsync(async () =>
    {
        await using var command = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM {_table} WHERE status = 'pending')", _connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    });

    /// <summary>The driver resets the session before it is used again; the server lets go of every lock with that.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearPool(_connection);
        await _connection.DisposeAsync();
    }

    private void Add(NpgsqlBatch batch, IEnumerable<OutboxSettlement> settled, string set)
    {
        var all = settled.ToList();
        if (all.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"UPDATE {_table} AS o SET {set} FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS s (position, error, pause) WHERE o.position = s.position AND o.status = 'pending'")
            {
                Parameters =
                {
                    new NpgsqlParameter { Value = all.Select(one => one.Position).ToArray() },
                    new NpgsqlParameter { Value = all.Select(one => one.Error).ToArray() },
                    new NpgsqlParameter { Value = all.Select(one => one.RetryAfterMs ?? 0).ToArray() },
                },
            });
        }
    }

    private async Task<(int Found, long Last, IReadOnlyList<string> Locked)> LockAsync(int count, HashSet<string> refused, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            WITH waiting AS MATERIALIZED (
              SELECT DISTINCT {_orderKey} AS order_key FROM {_table} WHERE status = 'pending' AND next_attempt_at > clock_timestamp()
            ), oldest AS MATERIALIZED (
              SELECT o.position, {_orderKey} AS order_key FROM {_table} AS o
              WHERE o.status = 'pending'
                AND NOT EXISTS (SELECT FROM unnest($1::bigint[]) AS h (position) WHERE h.position = o.position)
                AND {_orderKey} NOT IN (SELECT order_key FROM waiting)
                AND {_orderKey} NOT IN (SELECT k FROM unnest($3::text[]) AS r (k))
              ORDER BY o.position LIMIT $4
            )
            SELECT k.order_key, k.order_key IN (SELECT m FROM unnest($2::text[]) AS mine (m)) AS is_ours, k.found, k.last,
                   CASE WHEN k.order_key NOT IN (SELECT m FROM unnest($2::text[]) AS mine (m)) THEN pg_try_advisory_lock(hashtextextended(k.order_key, hashtextextended($5, 0))) END
            FROM (SELECT order_key, count(*) AS found, max(position) AS last FROM oldest GROUP BY order_key) AS k
            """,
            _connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = _held.Keys.ToArray() },
                new NpgsqlParameter { Value = _keys.Keys.ToArray() },
                new NpgsqlParameter { Value = refused.ToArray() },
                new NpgsqlParameter { Value = count },
                new NpgsqlParameter { Value = _table },
            },
        };
        var (found, last, locked) = (0, 0L, new List<string>());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = reader.GetString(0);
            found += (int)reader.GetInt64(2);
            last = Math.Max(last, reader.GetInt64(3));
            if (!reader.IsDBNull(4))
            {
                if (reader.GetBoolean(4))
                {
                    locked.Add(key);
                }
                else
                {
                    refused.Add(key);
                }
            }
        }

        return (found, last, locked);
    }

    private async Task<IReadOnlyList<OutboxEvent>> ReadAsync(int count, long maxBytes, long last, HashSet<string> refused, CancellationToken cancellationToken)
    {
        // The conditions are asked again: what the runner before has settled is not pending any more.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT o.position, o.id::text, o.aggregatetype, o.aggregateid, o.type, o.topic, o.key, {_orderKey}, o.payload::text, o.created_at, o.attempts
            FROM {_table} AS o
            WHERE o.status = 'pending' AND o.position <= $3
              AND {_orderKey} IN (SELECT m FROM unnest($2::text[]) AS mine (m))
              AND {_orderKey} NOT IN (SELECT {_orderKey} FROM {_table} WHERE status = 'pending' AND next_attempt_at > clock_timestamp())
              AND NOT EXISTS (SELECT FROM unnest($1::bigint[]) AS h (position) WHERE h.position = o.position)
            ORDER BY o.position LIMIT $4
            """,
            _connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = _held.Keys.ToArray() },
                new NpgsqlParameter { Value = _keys.Keys.Where(key => !refused.Contains(key)).ToArray() },
                new NpgsqlParameter { Value = last },
                new NpgsqlParameter { Value = count },
            },
        };
        var (events, bytes) = (new List<OutboxEvent>(), 0L);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (bytes < maxBytes && await row.ReadAsync(cancellationToken))
        {
            var payload = row.Text(8);
            var size = payload is null ? 0 : Encoding.UTF8.GetByteCount(payload);
            if (events.Count > 0 && bytes + size > maxBytes)
            {
                break;
            }

            bytes += size;
            events.Add(new OutboxEvent
            {
                Position = row.GetInt64(0),
                Id = row.GetString(1),
                AggregateType = row.GetString(2),
                AggregateId = row.GetString(3),
                Type = row.GetString(4),
                Topic = row.Text(5) ?? _outbox.Topic,
                Key = row.Text(6),
                OrderKey = row.GetString(7),
                Payload = payload,
                CreatedAt = row.GetFieldValue<DateTimeOffset>(9),
                Attempts = row.GetInt32(10),
            });
        }

        return events;
    }

    /// <summary>Forgets the events, and unlocks every key of which none is left.</summary>
    private async Task LetGoAsync(IReadOnlyList<long> positions, CancellationToken cancellationToken)
    {
        foreach (var position in positions)
        {
            if (_held.Remove(position, out var key))
            {
                _keys[key]--;
            }
        }

        var free = _keys.Where(key => key.Value == 0).Select(key => key.Key).ToArray();
        if (free.Length > 0)
        {
            await using var command = new NpgsqlCommand("SELECT count(pg_advisory_unlock(hashtextextended(k, hashtextextended($2, 0)))) FROM unnest($1::text[]) AS free (k)", _connection)
            {
                Parameters = { new NpgsqlParameter { Value = free }, new NpgsqlParameter { Value = _table } },
            };
            await command.ExecuteScalarAsync(cancellationToken);
            foreach (var key in free)
            {
                _keys.Remove(key);
            }
        }
    }

    private Task DescribingAsync(Func<Task> work) => DescribingAsync<object?>(async () =>
    {
        await work();
        return null;
    });

    private async Task<T> DescribingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new ProviderException(PostgresErrors.ToDiagnostic(refused, _options), refused);
        }
    }
}
