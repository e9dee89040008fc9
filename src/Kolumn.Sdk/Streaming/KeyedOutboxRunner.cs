using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Streaming;

/// <summary>Hands out events of an outbox whose order keys are locked one by one, so that several runners share it.</summary>
/// <remarks>
/// The order of things is what keeps keys in order: a key is locked before its events are read, so that everything the runner before has settled is seen; and it is
/// unlocked only after the outcome of its last event is recorded.
/// </remarks>
public sealed class KeyedOutboxRunner(IKeyedOutbox outbox) : IOutboxRunner
{
    /// <summary>How often other keys are looked for where all that were found are held by others.</summary>
    private const int MaxRounds = 8;

    // What is held, by position; and how many of each key, whose locks are ours.
    private readonly Dictionary<long, string> _held = [];
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);

    public TimeSpan Lease => outbox.Lease;

    public async Task SettleAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settled);
        await outbox.KeepAsync(_keys.Keys, cancellationToken);
        if (settled.Count == 0)
        {
            return;
        }

        await outbox.WriteAsync(settled, cancellationToken);
        foreach (var one in settled)
        {
            if (_held.Remove(one.Position, out var key))
            {
                _keys[key]--;
            }
        }

        await UnlockAsync(cancellationToken);
    }

    /// <summary>
    /// 1. Lock the keys of the oldest open events.
    /// 2. Where others hold them all, look past those keys.
    /// 3. Read the events of the locked keys.
    /// 4. Let go of keys of which no event was taken after all.
    /// </summary>
    public async Task<IReadOnlyList<OutboxEvent>> TakeAsync(int maxEvents, long maxBytes, CancellationToken cancellationToken)
    {
        await outbox.KeepAsync(_keys.Keys, cancellationToken);
        var refused = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < MaxRounds; round++)
        {
            var oldest = await outbox.LockAsync(maxEvents, _held.Keys, _keys.Keys, refused, cancellationToken); // 1
            foreach (var key in oldest.Mine)
            {
                _keys.TryAdd(key, 0);
            }

            refused.UnionWith(oldest.Refused);
            if (oldest.Mine.Count > 0)
            {
                var events = await outbox.ReadAsync(oldest.Mine, oldest.Last, _held.Keys, maxEvents, maxBytes, cancellationToken); // 3
                foreach (var taken in events)
                {
                    _held[taken.Position] = taken.OrderKey;
                    _keys[taken.OrderKey]++;
                }

                await UnlockAsync(cancellationToken); // 4
                if (events.Count > 0)
                {
                    return events;
                }
            }
            else if (oldest.Refused.Count == 0)
            {
                return [];
            }
        }

        return []; // 2
    }

    public Task<bool> HasPendingAsync(CancellationToken cancellationToken) => outbox.HasPendingAsync(cancellationToken);

    public ValueTask DisposeAsync() => outbox.DisposeAsync();

    /// <summary>Every key of which nothing is held.</summary>
    private async Task UnlockAsync(CancellationToken cancellationToken)
    {
        var free = _keys.Where(key => key.Value == 0).Select(key => key.Key).ToList();
        if (free.Count > 0)
        {
            await outbox.UnlockAsync(free, cancellationToken);
            free.ForEach(key => _keys.Remove(key));
        }
    }
}
