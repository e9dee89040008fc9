using System.Text.Json.Nodes;
using Kolumn.Core.Planning;
using Kolumn.Core.Providers;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Applying;

/// <summary>
/// One call of Apply while it runs. Results come twice, as events the moment they are certain and all together in the answer;
/// whichever is first is recorded, once. Events come from any thread.
/// </summary>
internal sealed class BatchRun
{
    private readonly PlannedBatch _batch;
    private readonly StateStore _store;
    private readonly IEngineObserver _observer;
    private readonly SecretTexts _secrets;
    private readonly TimeProvider _time;
    private readonly System.Threading.Lock _gate = new();
    private readonly Dictionary<string, PlannedResource> _open;
    private readonly List<ResourceResult> _results = [];

    public BatchRun(PlannedBatch batch, StateStore store, IEngineObserver observer, SecretTexts secrets, TimeProvider time)
    {
        _batch = batch;
        _store = store;
        _observer = observer;
        _secrets = secrets;
        _time = time;
        _open = batch.Plan.Operations.ToDictionary(o => o.Address, StringComparer.Ordinal);
        ChangeCount = batch.Plan.Operations.Count(o => o.Action != ResourceActions.NoOp);
    }

    /// <summary>In the order in which they became certain. Complete once the run is settled or left.</summary>
    public IReadOnlyList<ResourceResult> Results => _results;

    public int ChangeCount { get; }

    /// <summary>What is about to be changed in the database, for the journal; a creation brings the record it would have.</summary>
    public IReadOnlyList<IntendedChange> Intended() =>
    [
        .. _batch.Plan.Operations
            .Where(o => o.Action is not (ResourceActions.NoOp or ResourceActions.Read))
            .Select(o => new IntendedChange(o.Address, o.Action, _store.State.Find(o.Address) is null && _batch.Request!.Find(o.Address) is { } resource
                ? RecordFactory.Make(resource, [], null, _store.State.Lineage, _time.GetUtcNow())
                : null)),
    ];

    public void OnEvent(ProviderEvent happening)
    {
        if (happening is { Type: "resource", Result: { } result })
        {
            Record(result);
        }
        else if (happening.Type == "progress")
        {
            var message = happening.Message is null ? null : _secrets.Hide(happening.Message);
            _observer.On(new ResourceProgress(_batch.Instance, happening.Address, happening.Stage, message, happening.Current, happening.Total));
        }
        else if (happening.Type == "log")
        {
            _observer.On(new ProviderMessage(_batch.Instance, happening.Level ?? "info", _secrets.Hide(happening.Message ?? "")));
        }
    }

    /// <summary>Records what the answer adds to the events; what it does not mention was not reached.</summary>
    /// <returns>false when a change is claimed to be done without a word on one that was planned.</returns>
    public bool Settle(RuntimeApplyResult answer, DiagnosticList diagnostics)
    {
        foreach (var result in answer.Results)
        {
            Record(result with { Skipped = result.Skipped || (answer.RolledBack && !result.Success && result.Diagnostic is null && result.Error is null) }, answer.RolledBack);
        }

        var missing = Remaining();
        if (answer.Success && missing.Exists(o => o.Action != ResourceActions.NoOp))
        {
            var diagnostic = Diagnostic.Error(
                CoreCodes.ProviderDefect, $"Provider {_batch.Instance} does not keep the contract",
                $"It reports success without a result for {string.Join(", ", missing.Where(o => o.Action != ResourceActions.NoOp).Take(3).Select(o => o.Address))}. Run plan: it reads what is there.");
            diagnostics.Add(diagnostic);
            LeaveUnknown(diagnostic);
            return false;
        }

        foreach (var operation in missing)
        {
            Finish(operation, operation.Action, operation.Action == ResourceActions.NoOp ? ResourceOutcome.Succeeded : ResourceOutcome.Skipped, TimeSpan.Zero, null);
        }

        if (!answer.Success && answer.Diagnostics.All(d => d.Severity != Severity.Error))
        {
            diagnostics.AddRange(_results.Where(r => r.Outcome == ResourceOutcome.Failed).Select(r => r.Diagnostic!));
        }

        if (!answer.Success && !diagnostics.HasErrors)
        {
            diagnostics.Error(CoreCodes.ProviderDefect, $"Provider {_batch.Instance} reports a failure without saying why", "See its log, then run plan.");
        }

        return true;
    }

    /// <summary>The call ended without an answer.</summary>
    public void LeaveUnknown(Diagnostic reason)
    {
        foreach (var operation in Remaining())
        {
            var isChange = operation.Action is not (ResourceActions.NoOp or ResourceActions.Read);
            Finish(operation, operation.Action, isChange ? ResourceOutcome.Unknown : ResourceOutcome.Skipped, TimeSpan.Zero, isChange ? reason with { Address = operation.Address } : null);
        }
    }

    /// <summary>
    /// For a batch in which the database needs nothing: what the configuration says beside it (protection, dependencies) goes into
    /// the records all the same.
    /// </summary>
    public void RefreshRecords()
    {
        foreach (var resource in _batch.Request!.Resources)
        {
            if (_store.State.Find(resource.Address) is { } record)
            {
                Remember(resource.Address, ResourceActions.NoOp, record.State);
            }
        }
    }

    public Diagnostic Place(Diagnostic diagnostic) =>
        diagnostic.Address is { } address && _batch.Request!.Find(address) is { } resource ? resource.Place(diagnostic) : diagnostic;

    private void Record(ApplyResult result, bool isRolledBack = false)
    {
        var address = result.Address;
        lock (_gate)
        {
            if (!_open.TryGetValue(address, out var operation))
            {
                return;
            }

            var action = result.Action.Length > 0 ? result.Action : operation.Action;
            var outcome = result.Success ? ResourceOutcome.Succeeded : result.Skipped ? ResourceOutcome.Skipped : ResourceOutcome.Failed;
            if (result.Success)
            {
                Remember(address, action, result.State, result.QuarantineId);
            }
            else if (outcome == ResourceOutcome.Failed && !isRolledBack && action is not (ResourceActions.NoOp or ResourceActions.Read))
            {
                RememberDoubt(address, result.State);
            }

            var reason = result.Success ? null : Reason(result, address);

            // Where a batch before has moved what uses it, it follows that there, which the plan could not know.
            Finish(operation with { QuarantineLocation = result.QuarantineLocation ?? operation.QuarantineLocation }, action, outcome, TimeSpan.FromMilliseconds(result.DurationMs), reason);
        }
    }

    private void Remember(string address, string action, JsonObject? state, string? quarantineId = null)
    {
        var record = _store.State.Find(address);
        if (action == ResourceActions.Delete)
        {
            if (record is not null && quarantineId is not null)
            {
                _store.Put(ProjectState.InQuarantine(record, quarantineId, _time.GetUtcNow()));
            }
            else if (record is not null)
            {
                _store.Remove(address);
            }
        }
        else if (state is not null && _batch.Request!.Find(address) is { } resource)
        {
            var made = RecordFactory.Make(resource, state, record, _store.State.Lineage, _time.GetUtcNow());
            if (record is null || action != ResourceActions.NoOp || !SameContent(record, made))
            {
                _store.Put(made);
            }
        }
    }

    /// <summary>A failure outside of a transaction may have left half of the work behind: the next plan must not take that for a stranger's.</summary>
    /// <param name="state">What there is of it, where the provider has looked.</param>
    private void RememberDoubt(string address, JsonObject? state)
    {
        var record = _store.State.Find(address);
        if ((record is null || state is not null) && _batch.Request!.Find(address) is { } resource)
        {
            record = RecordFactory.Make(resource, state ?? [], record, _store.State.Lineage, _time.GetUtcNow());
        }

        if (record is not null)
        {
            _store.Put(ProjectState.WithUnknownOutcome(record));
        }
    }

    private Diagnostic Reason(ApplyResult result, string address)
    {
        var diagnostic = result.Diagnostic
            ?? Diagnostic.Error(result.Skipped ? DiagnosticCodes.DependencyFailed : DiagnosticCodes.Operation, result.Error ?? (result.Skipped ? "Not attempted" : "Failed without a reason"));
        return _secrets.Hide(Place(diagnostic with { Address = diagnostic.Address ?? address }));
    }

    private List<PlannedResource> Remaining()
    {
        lock (_gate)
        {
            return [.. _batch.Plan.Operations.Where(o => _open.ContainsKey(o.Address))];
        }
    }

    private void Finish(PlannedResource operation, string action, ResourceOutcome outcome, TimeSpan duration, Diagnostic? reason)
    {
        lock (_gate)
        {
            _open.Remove(operation.Address);
            if (action == ResourceActions.NoOp && outcome == ResourceOutcome.Succeeded)
            {
                return;
            }

            _results.Add(new ResourceResult(operation.Address, _batch.Instance, action, outcome, duration, reason));
            _observer.On(new ResourceFinished(_batch.Instance, operation.Address, action, outcome, duration, reason) { InQuarantine = operation.QuarantineLocation is not null });
        }
    }

    private static bool SameContent(ResourceInstance left, ResourceInstance right) =>
        !ProjectState.IsOutcomeUnknown(left)
        && CanonicalJson.AreEqual(left.Config, right.Config)
        && CanonicalJson.AreEqual(left.State, right.State)
        && (left.DependsOn ?? []).SequenceEqual(right.DependsOn ?? [], StringComparer.Ordinal)
        && RecordFactory.IsProtected(left) == RecordFactory.IsProtected(right);
}
