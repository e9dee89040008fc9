using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Migrations;

/// <summary>What is asked of the tables that a migration changes.</summary>
/// <param name="store">null: there are no tables.</param>
internal sealed class MigrationTables<TSession>(IMigrationStore<TSession>? store)
    where TSession : IProviderSession
{
    /// <summary>Keeps everybody else away from the tables that the migration names, where it asks for that; those that it makes itself need no lock.</summary>
    /// <exception cref="ProviderException">Somebody else keeps a lock, or the database refuses.</exception>
    public async Task LockAsync(TSession session, MigrationRequest request, CancellationToken cancellationToken)
    {
        if (store is null || request is not { Safety.LockTable: true, Options: null or { DryRun: false } })
        {
            return;
        }

        var locks = new List<Statement>();
        foreach (var name in MigrationSafetyRules.TablesOf(request, store.Dialect, store.Spell))
        {
            locks.AddRange(await store.FindTableAsync(session, name, cancellationToken) is { } table ? store.Guard(table) : []);
        }

        await session.ExecuteAsync([.. locks.DistinctBy(l => l.Text).OrderBy(l => l.Text, StringComparer.Ordinal)], cancellationToken);
    }

    /// <summary>How many rows the tables hold that the steps change; null where one of them does not know, or none is named. Of documents how many are changed.</summary>
    public async Task<long?> EstimateAsync(TSession session, IReadOnlyList<PlannedStep> steps, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return steps.Any(s => s.Batched is not null) ? steps.Sum(s => s.Batched?.Documents ?? 0) : null;
        }

        long? sum = null;
        var counted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in steps.SelectMany(s => s.Tables).Distinct(StringComparer.Ordinal))
        {
            if (await store.FindTableAsync(session, name, cancellationToken) is { } table && counted.Add(table.Name))
            {
                if (table.EstimatedRows is not { } rows)
                {
                    return null;
                }

                sum = (sum ?? 0) + rows;
            }
        }

        return sum;
    }
}
