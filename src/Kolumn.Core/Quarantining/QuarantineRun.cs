using Kolumn.Core.Configuration;
using Kolumn.Core.Providers;
using Kolumn.Core.State;
using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Quarantining;

/// <summary>What can be done with what a project's databases keep of the deleted.</summary>
internal sealed class QuarantineRun(Project project, ProviderSessions sessions, TimeProvider time, DiagnosticList diagnostics)
{
    /// <summary>What every provider instance of the project keeps, oldest first; null after an error.</summary>
    public async Task<IReadOnlyList<QuarantinedResource>?> ListAsync(CancellationToken cancellationToken)
    {
        var entries = new List<QuarantinedResource>();
        foreach (var instance in project.Syntax.Providers.Keys)
        {
            if (await new ChosenInstance(project, sessions, time, diagnostics).ConnectAsync(instance, cancellationToken) is null)
            {
                return null;
            }

            if (sessions.RuntimeOf(instance) is IQuarantineRuntime runtime)
            {
                var found = await runtime.QuarantinedAsync(cancellationToken);
                diagnostics.AddRange(found.Diagnostics);
                entries.AddRange(found.State.Where(r => r.Quarantine is not null).Select(r => new QuarantinedResource(instance, r)));
            }
        }

        return diagnostics.HasErrors ? null : entries;
    }

    /// <summary>Brings one entry back, and writes down that it exists again.</summary>
    /// <param name="target">An id, or the address under which the latest of them was deleted.</param>
    public async Task<IReadOnlyList<QuarantinedResource>?> RestoreAsync(string target, StateStore store, CancellationToken cancellationToken)
    {
        if (await ListAsync(cancellationToken) is not { } entries || Find(entries, target) is not { } entry)
        {
            return null;
        }

        var outcome = await ((IQuarantineRuntime)sessions.RuntimeOf(entry.Instance)).RestoreAsync(entry.Resource, cancellationToken);
        diagnostics.AddRange(outcome.Diagnostics);
        if (!outcome.Success)
        {
            return null;
        }

        // The answer is there: what it says is written down whoever cancels.
        var parts = entries.Where(e => e.Instance == entry.Instance && e.Record.PartOf == entry.Record.Id).ToList();
        var now = time.GetUtcNow();
        foreach (var restored in parts.Prepend(entry))
        {
            var record = RecordOf(store, restored) ?? new ResourceInstance { Type = restored.Resource.Type, Name = restored.Resource.Name, Provider = restored.Instance, CreatedAt = now };
            if (store.State.Find(restored.Address) is null)
            {
                store.Put(ProjectState.Restored(record, restored == entry ? outcome.State : record.State.Count > 0 ? null : restored.Resource.State, now));
            }
        }

        await store.FlushAsync();
        if (!project.Syntax.Resources.ContainsKey(entry.Address))
        {
            diagnostics.Add(Diagnostic.Warning("NOT_CONFIGURED_ANY_MORE", $"No block describes {entry.Address}", "The next apply would delete it again: write its block first, by hand or by kolumn discover."));
        }

        return [entry, .. parts];
    }

    /// <summary>Drops entries for good. What another one still needs is tried again once that is gone.</summary>
    /// <param name="isChosen">Which of the entries; parts go with what they are a part of.</param>
    public async Task<IReadOnlyList<QuarantinedResource>?> PurgeAsync(
        Func<QuarantinedResource, bool> isChosen, StateStore store, CancellationToken cancellationToken)
    {
        if (await ListAsync(cancellationToken) is not { } entries)
        {
            return null;
        }

        var purged = new List<QuarantinedResource>();
        var waiting = entries.Where(e => e.Record.PartOf is null && isChosen(e)).ToList();
        for (var progress = true; progress && waiting.Count > 0;)
        {
            progress = false;
            var refusals = new List<Diagnostic>();
            foreach (var entry in waiting.ToList())
            {
                var outcome = await ((IQuarantineRuntime)sessions.RuntimeOf(entry.Instance)).PurgeAsync(entry.Resource, cancellationToken);
                if (!outcome.Success)
                {
                    refusals.AddRange(outcome.Diagnostics.Select(d => d with { Address = d.Address ?? entry.Address }));
                    continue;
                }

                progress = true;
                waiting.Remove(entry);
                foreach (var gone in entries.Where(e => e.Instance == entry.Instance && (e == entry || e.Record.PartOf == entry.Record.Id)))
                {
                    purged.Add(gone);
                    if (RecordOf(store, gone) is not null)
                    {
                        store.Remove(gone.Address);
                    }
                }

                await store.FlushAsync();
            }

            if (!progress)
            {
                diagnostics.AddRange(refusals);
            }
        }

        return purged;
    }

    private QuarantinedResource? Find(IReadOnlyList<QuarantinedResource> entries, string target)
    {
        if ((entries.LastOrDefault(e => e.Record.Id == target) ?? entries.LastOrDefault(e => e.Address == target)) is { } found)
        {
            return found;
        }

        diagnostics.Error(
            "NOT_IN_QUARANTINE", $"Nothing in quarantine is called \"{target}\"",
            $"kolumn quarantine list names what is.{DidYouMean.Ask(target, entries.Select(e => e.Address))}");
        return null;
    }

    private static ResourceInstance? RecordOf(StateStore store, QuarantinedResource entry) =>
        store.State.Quarantined.FirstOrDefault(r => r.Address == entry.Address && ProjectState.QuarantineIdOf(r) == entry.Record.Id);
}
