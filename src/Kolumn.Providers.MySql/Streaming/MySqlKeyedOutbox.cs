using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.MySql.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.MySql.Streaming;

/// <summary>
/// An outbox over one connection. Keys are locked by locks of its session: no row is written to hold an event, no transaction stays open, and the server lets go of them
/// the moment the connection is gone. https://mariadb.com/kb/en/get_lock/
/// </summary>
internal sealed class MySqlKeyedOutbox : IKeyedOutbox
{
    private readonly MySqlSession _session;
    private readonly OutboxDefinition _outbox;
    private readonly string _table;
    private readonly string _orderKey;

    /// <param name="session">The runner's own.</param>
    public MySqlKeyedOutbox(MySqlSession session, OutboxDefinition outbox)
    {
        (_session, _outbox, _table, _orderKey) = (session, outbox, OutboxSql.Table.Of(outbox), OutboxSql.OrderKey(outbox));
        session.HoldsLocks = true;
    }

    public async Task<OldestKeys> LockAsync(
        int maxEvents, IReadOnlyCollection<long> held, IReadOnlyCollection<string> locked, IReadOnlyCollection<string> refused, CancellationToken cancellationToken)
    {
        var (keys, last) = await FindAsync(maxEvents, held, refused, cancellationToken);
        var known = locked.ToHashSet(StringComparer.Ordinal);
        var (mine, others) = (keys.Where(known.Contains).ToList(), new List<string>());
        await TryLockAsync([.. keys.Where(key => !known.Contains(key))], (key, isLocked) => (isLocked ? mine : others).Add(key), cancellationToken);
        return new OldestKeys(mine, others, last);
    }

    public async Task<IReadOnlyList<OutboxEvent>> ReadAsync(
        IReadOnlyCollection<string> keys, long last, IReadOnlyCollection<long> held, int maxEvents, long maxBytes, CancellationToken cancellationToken)
    {
        var events = new List<OutboxEvent>();
        var statement = new Statement(
            $"""
            SELECT position, id, aggregatetype, aggregateid, type, topic, `key`, CONVERT(order_key USING utf8mb4), payload, DATE_FORMAT(created_at, {OutboxSql.MomentFormat}), attempts FROM (
              SELECT position, id, aggregatetype, aggregateid, type, topic, `key`, {_orderKey} AS order_key, payload, created_at, attempts,
                     SUM(COALESCE(LENGTH(payload), 0)) OVER (ORDER BY position) AS bytes, ROW_NUMBER() OVER (ORDER BY position) AS place
              FROM {_table} WHERE {Open(held)} AND position <= $1 AND {_orderKey} IN (SELECT name FROM {Texts("$2")})) AS mine
            WHERE place <= $3 AND (place = 1 OR bytes <= $4) ORDER BY position
            """)
        {
            Parameters = [last, OutboxSql.Json(keys), maxEvents, maxBytes],
        };
        await _session.ReadAsync(
            [
                new CatalogQuery(statement, row => events.Add(new OutboxEvent
                {
                    Position = row.GetInt64(0),
                    Id = row.GetString(1),
                    AggregateType = row.GetString(2),
                    AggregateId = row.GetString(3),
                    Type = row.GetString(4),
                    Topic = row.Text(5) ?? _outbox.Topic,
                    Key = row.Text(6),
                    OrderKey = row.GetString(7),
                    Payload = row.Text(8),
                    CreatedAt = MySqlStreams.Moment(row, 9),
                    Attempts = (int)row.Number(10)!.Value,
                })),
            ],
            cancellationToken);
        return events;
    }

    public async Task WriteAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken)
    {
        var of = settled.ToLookup(one => one.Outcome);
        List<Statement> statements =
        [
            .. Update(of[OutboxOutcomes.Processed], "o.status = 'processed', o.processed_at = UTC_TIMESTAMP(6), o.attempts = o.attempts + 1, o.next_attempt_at = NULL, o.last_error = NULL"),
            .. Update(of[OutboxOutcomes.Failed], "o.status = 'failed', o.attempts = o.attempts + 1, o.next_attempt_at = NULL, o.last_error = s.error"),
            .. Update(of[OutboxOutcomes.Retry], "o.attempts = o.attempts + 1, o.next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL s.pause * 1000 MICROSECOND, o.last_error = s.error"),
        ];
        if (statements.Count > 1)
        {
            await _session.TogetherAsync(() => _session.ExecuteAsync(statements, cancellationToken), cancellationToken);
        }
        else
        {
            await _session.ExecuteAsync(statements, cancellationToken);
        }
    }

    public Task UnlockAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var locks = string.Join(", ", keys.Select((_, at) => FormattableString.Invariant($"RELEASE_LOCK(${at + 1})")));
        return _session.ExecuteAsync([new Statement($"DO {locks}") { Parameters = [.. keys.Select(LockOf)] }], cancellationToken);
    }

    public async Task<bool> HasPendingAsync(CancellationToken cancellationToken)
    {
        var pending = false;
        await _session.ReadAsync([new CatalogQuery(new Statement($"SELECT 1 FROM {_table} WHERE status = 'pending' LIMIT 1"), _ => pending = true)], cancellationToken);
        return pending;
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    /// <summary>The keys of the oldest events, and where the last of these is.</summary>
    private async Task<(List<string> Keys, long Last)> FindAsync(int count, IReadOnlyCollection<long> held, IReadOnlyCollection<string> refused, CancellationToken cancellationToken)
    {
        var (keys, last) = (new List<string>(), 0L);
        var statement = new Statement(
            $"""
            SELECT CONVERT(order_key USING utf8mb4), MAX(position) FROM (
              SELECT position, {_orderKey} AS order_key FROM {_table}
              WHERE {Open(held)} AND {_orderKey} NOT IN (SELECT name FROM {Texts("$1")})
              ORDER BY position LIMIT {count.ToString(CultureInfo.InvariantCulture)}) AS oldest
            GROUP BY order_key
            """)
        {
            Parameters = [OutboxSql.Json(refused)],
        };
        await _session.ReadAsync(
            [
                new CatalogQuery(statement, row =>
                {
                    keys.Add(row.GetString(0));
                    last = Math.Max(last, row.GetInt64(1));
                }),
            ],
            cancellationToken);
        return (keys, last);
    }

    private async Task TryLockAsync(IReadOnlyList<string> keys, Action<string, bool> tried, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return;
        }

        var locks = string.Join(", ", keys.Select((_, at) => FormattableString.Invariant($"GET_LOCK(${at + 1}, 0)")));
        await _session.ReadAsync(
            [
                new CatalogQuery(new Statement($"SELECT {locks}") { Parameters = [.. keys.Select(LockOf)] }, row =>
                {
                    foreach (var (at, key) in keys.Index())
                    {
                        tried(key, row.Number(at) == 1);
                    }
                }),
            ],
            cancellationToken);
    }

    private IEnumerable<Statement> Update(IEnumerable<OutboxSettlement> settled, string set)
    {
        var rows = settled.Select(one => (JsonNode)new JsonObject { ["position"] = one.Position, ["error"] = one.Error, ["pause"] = one.RetryAfterMs ?? 0 }).ToArray();
        return rows.Length == 0 ? [] :
        [
            new Statement($"""
                UPDATE {_table} AS o JOIN JSON_TABLE($1, '$[*]' COLUMNS (position bigint PATH '$.position', error longtext PATH '$.error', pause bigint PATH '$.pause')) AS s ON s.position = o.position
                SET {set} WHERE o.status = 'pending'
                """)
            {
                Parameters = [new JsonArray(rows).ToJsonString()],
            },
        ];
    }

    /// <summary>Pending, not held, and not behind an event of its key that waits for its next attempt.</summary>
    private string Open(IReadOnlyCollection<long> held) =>
        $"status = 'pending'{(held.Count == 0 ? "" : $" AND position NOT IN ({string.Join(", ", held.Select(position => position.ToString(CultureInfo.InvariantCulture)))})")} "
        + $"AND {_orderKey} NOT IN (SELECT {_orderKey} FROM {_table} WHERE status = 'pending' AND next_attempt_at > UTC_TIMESTAMP(6))";

    /// <summary>Of at most 64 characters, and of the whole server.</summary>
    private string LockOf(string key) =>
        $"{MySqlProvider.OwnSchema}_outbox_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_session.Database}\n{_outbox.Table}\n{key}")))[..40]}";

    private static string Texts(string parameter) => $"(SELECT CAST(name AS BINARY) AS name FROM JSON_TABLE({parameter}, '$[*]' COLUMNS (name varchar(1024) PATH '$')) AS given) AS named";
}
