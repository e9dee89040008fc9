using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Migrations;

/// <summary>Runs the steps of a migration, or undoes them, inside a session that somebody else commits.</summary>
internal sealed class MigrationRun<TSession>(TSession session, ResourceTypes<TSession> types, MigrationMeans<TSession> means, TimeProvider time)
    where TSession : IProviderSession
{
    /// <summary>
    /// Forward, step by step:
    /// <list type="number">
    /// <item>copy what the step loses, and check the copy;</item>
    /// <item>run its statements;</item>
    /// <item>once all have run, see that computed steps brought about what they were computed for.</item>
    /// </list>
    /// </summary>
    /// <exception cref="ProviderException">A step failed; what ran before it took effect in the session.</exception>
    public async Task<List<LedgerStep>> ApplyAsync(PlannedMigration plan, bool withBackup, CancellationToken cancellationToken)
    {
        var done = new List<LedgerStep>();
        foreach (var step in plan.Steps)
        {
            var start = time.GetTimestamp();
            var backups = new List<RowBackup>();
            long? rows;
            try
            {
                foreach (var loss in withBackup ? step.Losses : [])
                {
                    if (await means.Backups!.TakeAsync(session, loss, cancellationToken) is { } taken) // 1
                    {
                        backups.Add(taken);
                    }
                }

                rows = await ExecuteAsync(step, cancellationToken); // 2
                for (var at = 0; at < backups.Count; at++)
                {
                    backups[at] = await means.Backups!.TrimAsync(session, backups[at], cancellationToken);
                }
            }
            catch (ProviderException refused)
            {
                throw Failed(step.Order, step.Description, refused);
            }

            done.Add(LedgerStep.Of(step, backups, (long)time.GetElapsedTime(start).TotalMilliseconds) with { RowsAffected = rows });
        }

        return await CheckedAsync(done, cancellationToken); // 3
    }

    /// <summary>
    /// Backward, the last step first:
    /// <list type="number">
    /// <item>every copy still holds what was copied, and every computed object is as the migration left it;</item>
    /// <item>run what undoes the step, and put back what it lost;</item>
    /// <item>the objects are as they were before; the copies go.</item>
    /// </list>
    /// </summary>
    /// <exception cref="ProviderException">As of <see cref="ApplyAsync"/>.</exception>
    public async Task UndoAsync(IReadOnlyList<LedgerStep> steps, CancellationToken cancellationToken)
    {
        foreach (var backup in steps.SelectMany(s => s.Backups)) // 1
        {
            await means.Backups!.VerifyAsync(session, backup, cancellationToken);
        }

        await RequireAsync(steps.Reverse(), r => r.After, "was changed since the migration", "What undoes the migration was computed for what it left. Nothing was changed.", cancellationToken);
        foreach (var step in steps.Reverse()) // 2
        {
            try
            {
                await session.ExecuteAsync([.. step.Rollback!.Select(s => s.ToStatement())], cancellationToken);
                foreach (var backup in step.Backups.Reverse())
                {
                    await means.Backups!.RestoreAsync(session, backup, cancellationToken);
                }
            }
            catch (ProviderException refused)
            {
                throw Failed(step.Order, step.Description, refused);
            }
        }

        if (steps.All(s => s.Resource is not null))
        {
            await RequireAsync(steps, r => r.Before, "is not what it was before the migration", "Everything was taken back: the migration is still applied.", cancellationToken); // 3
        }

        await session.ExecuteAsync([.. steps.SelectMany(s => s.Backups).Select(RowBackups<TSession>.Drop)], cancellationToken);
    }

    /// <returns>How many rows it changed; null for what changes none, or where nobody counts.</returns>
    private async Task<long?> ExecuteAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        if (step.ChangesRows && session is ICountingSession counting)
        {
            return await counting.ExecuteCountingAsync(step.Forward, cancellationToken);
        }

        await session.ExecuteAsync(step.Forward, cancellationToken);
        return null;
    }

    /// <summary>Writes down what each object is after the last step that changed it, and where nobody has written a step, that it is what it was to be.</summary>
    /// <exception cref="ProviderException">It is not.</exception>
    public async Task<List<LedgerStep>> CheckedAsync(List<LedgerStep> steps, CancellationToken cancellationToken)
    {
        var verify = steps.TrueForAll(s => s.Resource is not null);
        foreach (var group in steps.Where(s => s.Resource is not null).GroupBy(s => new ObjectReference(s.Resource!.Type, s.Resource.Identity)).ToList())
        {
            var last = group.Last();
            var actual = await ReadAsync(group.Key, cancellationToken);

            // What nothing existed of was never spelled by the server: only its existence can be checked.
            var known = verify && (group.First().Resource!.Before is not null || last.Resource!.After is null);
            if (known ? FaultOf(group.Key, actual, last.Resource!.After) is { } fault : actual is null != last.Resource!.After is null && verify && (fault = "it does not exist") is not null)
            {
                throw new ProviderException(Diagnostic.Error(
                    DiagnosticCodes.Operation, $"{group.Key.Type} {group.Key.Identity} is not what step {last.Order} was to make of it: {fault}", means.Journal is not null ? "This is a bug of the provider. What was changed stays changed." : "This is a bug of the provider. Nothing was changed."));
            }

            steps[steps.IndexOf(last)] = last with { Resource = last.Resource with { After = (JsonObject?)actual?.DeepClone() } };
        }

        return steps;
    }

    /// <param name="steps">Of several for one object the first counts.</param>
    /// <exception cref="ProviderException">An object is another than expected.</exception>
    public async Task RequireAsync(
        IEnumerable<LedgerStep> steps, Func<LedgerResource, JsonObject?> expected, string summary, string detail, CancellationToken cancellationToken)
    {
        foreach (var resource in steps.Select(s => s.Resource).OfType<LedgerResource>().DistinctBy(r => (r.Type, r.Identity)))
        {
            var reference = new ObjectReference(resource.Type, resource.Identity);
            if (FaultOf(reference, await ReadAsync(reference, cancellationToken), expected(resource)) is { } fault)
            {
                throw new ProviderException(Diagnostic.Error(DiagnosticCodes.StalePlan, $"{resource.Type} {resource.Identity} {summary}: {fault}", detail));
            }
        }
    }

    private async Task<JsonObject?> ReadAsync(ObjectReference reference, CancellationToken cancellationToken) =>
        types.TryResolve(reference.Type, out var type) ? (await type.ReadAsync(session, [reference.Identity], cancellationToken)).GetValueOrDefault(reference.Identity) : null;

    private string? FaultOf(ObjectReference reference, JsonObject? actual, JsonObject? expected)
    {
        if (actual is null || expected is null)
        {
            return actual is null == expected is null ? null : actual is null ? "it does not exist" : "it exists";
        }

        var differences = types.TryResolve(reference.Type, out var type) ? DefinitionComparison.Compare(actual, expected, type.Schema) : null;
        return differences is { Count: > 0 } ? DefinitionComparison.Explain(differences, "the database has", "expected was") : null;
    }

    internal static ProviderException Failed(int order, string description, ProviderException refused) => new(
        refused.Diagnostic with { Summary = $"step {order} ({description}) failed: {refused.Diagnostic.Summary}" }, refused);
}
