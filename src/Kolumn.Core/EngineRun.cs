using System.Text.Json.Nodes;
using Kolumn.Core.Applying;
using Kolumn.Core.Configuration;
using Kolumn.Core.Planning;
using Kolumn.Core.Providers;
using Kolumn.Core.State;
using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core;

/// <summary>One command while it runs: the state it holds, the providers it started, and what it has to say.</summary>
internal sealed class EngineRun
{
    private readonly Project _project;
    private readonly StateStore _store;
    private readonly IEngineObserver _observer;
    private readonly TimeProvider _time;
    private readonly DiagnosticList _diagnostics;
    private readonly ProviderSessions _sessions;
    private readonly Planner _planner;

    public EngineRun(Project project, StateStore store, ProviderSessions sessions, IEngineObserver observer, TimeProvider time, DiagnosticList diagnostics)
    {
        _project = project;
        _store = store;
        _observer = observer;
        _time = time;
        _diagnostics = diagnostics;
        _sessions = sessions;
        _planner = new Planner(project, sessions, observer, diagnostics);
    }

    public EvaluatedProject? Evaluated { get; private set; }

    /// <summary>
    /// 1. The project is evaluated, with what the providers say they can do.
    /// 2. The providers that are needed connect.
    /// 3. Each batch is planned by its provider, or found unchanged in a saved plan.
    /// </summary>
    /// <returns>Null when it did not come to a plan.</returns>
    public async Task<ProjectPlan?> PlanAsync(bool isDestroy, ProjectPlan? saved, CancellationToken cancellationToken)
    {
        // 1
        var moment = saved?.CreatedAt ?? _time.GetUtcNow();
        var fixedVariables = saved?.Variables.ToDictionary(v => v.Key, v => ValueJson.FromJson(v.Value), StringComparer.Ordinal);
        Evaluated = await _planner.EvaluateAsync(_store.State, fixedVariables, !isDestroy, new FixedTime(moment), cancellationToken);

        // 2
        if (Evaluated is null || !await _planner.ConnectAsync(Evaluated, _store.State, cancellationToken))
        {
            return null;
        }

        // 3
        var requests = _planner.Divide(Evaluated, _store.State, isDestroy);
        var batches = saved is null ? await PlanAsync(requests, cancellationToken) : Match(requests, saved);
        if (batches is null || (_diagnostics.HasErrors && batches.Count == 0))
        {
            return null;
        }

        return new ProjectPlan
        {
            CreatedAt = moment,
            IsDestroy = isDestroy,
            Lineage = _store.State.Lineage,
            Serial = _store.Serial,
            Batches = batches,
            Deferred = Planner.DeferredOf(Evaluated, _store.State),
            Outputs = Planner.OutputsOf(Evaluated.Outputs, _store.State),
            Variables = Evaluated.Evaluation.Variables
                .Where(v => !v.Value.ContainsSensitive && !v.Value.ContainsUnknown)
                .ToDictionary(v => v.Key, v => ValueJson.ToJson(v.Value), StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// 1. The batches of the plan.
    /// 2. As long as resources wait for values that exist now: evaluate again, plan and apply those.
    /// 3. Outputs are computed from what exists and recorded.
    /// </summary>
    public async Task<ApplyReport> ApplyAsync(ProjectPlan plan, CancellationToken cancellationToken)
    {
        // 1
        var applier = new Applier(_store, _sessions, _planner, _observer, _sessions.Secrets, _time, _diagnostics);
        var goesOn = await applier.ApplyAsync(plan.Batches, cancellationToken);

        // 2
        var waiting = plan.Deferred.Select(d => d.Address).ToHashSet(StringComparer.Ordinal);
        while (goesOn && !applier.HasFailures && waiting.Count > 0)
        {
            goesOn = await ApplyNextStageAsync(applier, plan, waiting, cancellationToken);
        }

        applier.Skip(plan.Deferred.Where(d => waiting.Contains(d.Address)));

        // 3
        var outputs = await RecordOutputsAsync(plan, goesOn && !applier.HasFailures);
        return new ApplyReport { Diagnostics = [], Plan = plan, Approved = true, Results = applier.Results, Outputs = outputs };
    }

    private async Task<IReadOnlyList<PlannedBatch>?> PlanAsync(IReadOnlyList<BatchRequest> requests, CancellationToken cancellationToken)
    {
        var batches = new List<PlannedBatch>();
        foreach (var request in requests)
        {
            if (await _planner.PlanAsync(request, cancellationToken) is { } batch)
            {
                batches.Add(batch);
            }
        }

        return batches;
    }

    /// <summary>The saved batches with the requests made anew; null when configuration or state ask for something else now.</summary>
    private List<PlannedBatch>? Match(IReadOnlyList<BatchRequest> requests, ProjectPlan saved)
    {
        var isSame = requests.Count == saved.Batches.Count
            && requests.Zip(saved.Batches).All(pair => pair.First.Instance == pair.Second.Instance && pair.First.Hash() == pair.Second.RequestHash);
        if (isSame)
        {
            return [.. requests.Zip(saved.Batches, (request, batch) => batch with { Request = request })];
        }

        _diagnostics.Error(
            DiagnosticCodes.StalePlan, "The plan is stale: the configuration has changed since",
            "What it was made from, the .kl files or a value from outside, says something else now. Make a new plan and look at it.");
        return null;
    }

    /// <summary>false when nothing more can be done, which has been reported.</summary>
    private async Task<bool> ApplyNextStageAsync(Applier applier, ProjectPlan plan, HashSet<string> waiting, CancellationToken cancellationToken)
    {
        Evaluated = _planner.Reevaluate(Evaluated!, _store.State, Evaluated!.Evaluation.Variables, new FixedTime(plan.CreatedAt));
        if (Evaluated is null)
        {
            return false;
        }

        var ready = Evaluated.Resources.Where(r => waiting.Contains(r.Address) && !r.IsDeferred).ToList();
        if (ready.Count == 0)
        {
            foreach (var resource in Evaluated.Resources.Where(r => waiting.Contains(r.Address) && r.Wire.Unknown.Count > 0))
            {
                _diagnostics.Add(resource.Place(Diagnostic.Error(
                    CoreCodes.UnknownValue, $"{resource.Address} cannot be made",
                    "A value it needs is still unknown although everything it comes from exists: its provider has not recorded it, or it is sensitive and therefore not stored.") with
                {
                    Attribute = resource.Wire.Unknown[0],
                }));
            }

            return false;
        }

        var batches = await PlanAsync(Batches.Divide(ready, [], _store.State), cancellationToken);
        if (_diagnostics.HasErrors || batches is null)
        {
            return false;
        }

        var destructive = batches.SelectMany(b => b.Plan.Operations).FirstOrDefault(o => o.Action is ResourceActions.Replace or ResourceActions.Delete);
        if (destructive is not null)
        {
            _diagnostics.Error(
                DiagnosticCodes.StalePlan, $"{destructive.Address} would have to be replaced",
                "That could not be seen before the values it needs were known, so nobody has agreed to it. Run apply again: it shows it now.");
            return false;
        }

        var goesOn = await applier.ApplyAsync(batches, cancellationToken);
        waiting.ExceptWith(ready.Select(r => r.Address));
        return goesOn;
    }

    private async Task<IReadOnlyList<OutputValue>> RecordOutputsAsync(ProjectPlan plan, bool isComplete)
    {
        var configured = plan.IsDestroy || Evaluated is null ? [] : Evaluated.Outputs;
        if (configured.Any(o => o.Value.ContainsUnknown) && !_diagnostics.HasErrors)
        {
            configured = _planner.Reevaluate(Evaluated!, _store.State, Evaluated!.Evaluation.Variables, new FixedTime(plan.CreatedAt))?.Outputs ?? configured;
        }

        var known = configured.Where(o => !o.Value.ContainsUnknown || o.IsSensitive).ToList();
        var recorded = known.ToDictionary(o => o.Name, o => new RecordedOutput(Planner.OutputJson(o), o.IsSensitive, o.Description), StringComparer.Ordinal);
        if (isComplete && !Same(recorded, _store.State.Outputs))
        {
            _store.SetOutputs(recorded);
            try
            {
                await _store.FlushAsync();
            }
            catch (IOException failure)
            {
                _diagnostics.Error(CoreCodes.StateNotWritten, "The outputs could not be recorded", $"{failure.Message}. Run apply again once there is room.");
            }
        }

        return [.. known.Select(o => new OutputValue(o.Name, recorded[o.Name].Value?.DeepClone(), o.IsSensitive, o.Description))];
    }

    private static bool Same(Dictionary<string, RecordedOutput> left, IReadOnlyDictionary<string, RecordedOutput> right) =>
        left.Count == right.Count && left.All(o => right.TryGetValue(o.Key, out var other)
            && o.Value.Sensitive == other.Sensitive && Kolumn.Protocol.Json.CanonicalJson.AreEqual(o.Value.Value, other.Value));
}
