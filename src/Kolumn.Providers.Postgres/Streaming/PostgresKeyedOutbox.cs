using System.Text;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;
using Npgsql;

namespace Kolumn.Providers.Postgres.Streaming;

/// <summary>
/// An outbox over one connection. Keys are locked by advisory locks of its session: no row is written to hold an event, no transaction stays open, and PostgreSQL
/// lets go of them the moment the connection is gone.
/// </summary>
internal sealed class PostgresKeyedOutbox : IKeyedOutbox
{
    private readonly NpgsqlConnection _connection;
    private readonly PostgresOptions _options;
    private readonly OutboxDefinition _outbox;
    private readonly string _table;
    private readonly string _orderKey;

    private PostgresKeyedOutbox(NpgsqlConnection connection, PostgresOptions options, OutboxDefinition outbox) =>
        (_connection, _options, _outbox, _table, _orderKey) = (connection, options, outbox, OutboxSql.TableOf(outbox).Quoted, OutboxSql.OrderKey(outbox));

    public static async Task<PostgresKeyedOutbox> OpenAsync(
        NpgsqlDataSource source, PostgresOptions options, OutboxDefinition outbox, CancellationToken cancellationToken)
    {
        try
        {
            return new PostgresKeyedOutbox(await source.OpenConnectionAsync(cancellationToken), options, outbox);
        }
        catch (Exception refused) when (PostgresErrors.IsOfDriver(refused))
        {
            throw new ProviderException(PostgresErrors.ToDiagnostic(refused, options), refused);
        }
    }

    /// <summary>In one statement, whose snapshot is older than the locks: the events are read in the next, which sees what the runner before has committed.</summary>
    public Task<OldestKeys> LockAsync(
        int maxEvents, IReadOnlyCollection<long> held, IReadOnlyCollection<string> locked, IReadOnlyCollection<string> refused, CancellationToken cancellationToken) => DescribingAsync(async () =>
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
            SELECT k.order_key, k.last,
                   CASE WHEN k.order_key IN (SELECT m FROM unnest($2::text[]) AS mine (m)) THEN true ELSE pg_try_advisory_lock(hashtextextended(k.order_key, hashtextextended($5, 0))) END
            FROM (SELECT order_key, max(position) AS last FROM oldest GROUP BY order_key) AS k
            """,
            _connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = held.ToArray() },
                new NpgsqlParameter { Value = locked.ToArray() },
                new NpgsqlParameter { Value = refused.ToArray() },
                new NpgsqlParameter { Value = maxEvents },
                new NpgsqlParameter { Value = _table },
            },
        };
        var (mine, others, last) = (new List<string>(), new List<string>(), 0L);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            (reader.GetBoolean(2) ? mine : others).Add(reader.GetString(0));
            last = Math.Max(last, reader.GetInt64(1));
        }

        return new OldestKeys(mine, others, last);
    });

    public Task<IReadOnlyList<OutboxEvent>> ReadAsync(
        IReadOnlyCollection<string> keys, long last, IReadOnlyCollection<long> held, int maxEvents, long maxBytes, CancellationToken cancellationToken) => DescribingAsync<IReadOnlyList<OutboxEvent>>(async () =>
    {
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
                new NpgsqlParameter { Value = held.ToArray() },
                new NpgsqlParameter { Value = keys.ToArray() },
                new NpgsqlParameter { Value = last },
                new NpgsqlParameter { Value = maxEvents },
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
    });

    public Task WriteAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken) => DescribingAsync(async () =>
    {
        var of = settled.ToLookup(one => one.Outcome);
        await using var batch = new NpgsqlBatch(_connection);
        Add(batch, of[OutboxOutcomes.Processed], "status = 'processed', processed_at = clock_timestamp(), attempts = attempts + 1, next_attempt_at = NULL, last_error = NULL");
        Add(batch, of[OutboxOutcomes.Failed], "status = 'failed', attempts = attempts + 1, next_attempt_at = NULL, last_error = s.error");
        Add(batch, of[OutboxOutcomes.Retry], "attempts = attempts + 1, next_attempt_at = clock_timestamp() + s.pause * interval '1 millisecond', last_error = s.error");
        return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(cancellationToken);
    });

    public Task UnlockAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => DescribingAsync(async () =>
    {
        await using var command = new NpgsqlCommand("SELECT count(pg_advisory_unlock(hashtextextended(k, hashtextextended($2, 0)))) FROM unnest($1::text[]) AS free (k)", _connection)
        {
            Parameters = { new NpgsqlParameter { Value = keys.ToArray() }, new NpgsqlParameter { Value = _table } },
        };
        return await command.ExecuteScalarAsync(cancellationToken);
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
