using System.Text.Json.Nodes;
using Kolumn.Core.Configuration;
using Kolumn.Core.Providers;
using Kolumn.Core.State;
using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Planning;

/// <summary>Turns what a project says and what is recorded into a plan, by asking each provider instance once per batch.</summary>
internal sealed class Planner(Project project, ProviderSessions sessions, IEngineObserver observer, DiagnosticList diagnostics)
{
    private const string Untouched = "Nothing has been changed.";

    /// <summary>The blocks whose providers have to say what they can do before resources can be evaluated: one for each provider.</summary>
    public static IEnumerable<ProviderBlock> Describing(Project project) => project.Syntax.Providers.Values.DistinctBy(b => b.Id, StringComparer.Ordinal);

    /// <summary>
    /// Evaluates the project as far as text and schemas go; no answer of a database is waited for.
    /// <list type="number">
    /// <item>Variables and locals.</item>
    /// <item>What the providers can do; those with recorded resources, which will be needed in any case, begin to connect.</item>
    /// <item>Resources, each checked against its schema, and outputs.</item>
    /// </list>
    /// </summary>
    /// <returns>Null after an error.</returns>
    public async Task<EvaluatedProject?> EvaluateAsync(
        ProjectState? state, IReadOnlyDictionary<string, Value>? fixedVariables, bool withResources, TimeProvider time, CancellationToken cancellationToken)
    {
        // 1
        var evaluation = new ProjectEvaluation(project, fixedVariables, address => state?.Find(address)?.State, time, diagnostics);
        if (diagnostics.HasErrors)
        {
            return null;
        }

        // 2
        var blocks = Describing(project).ToList();
        if (!withResources)
        {
            var needed = (state?.Resources ?? []).Select(r => r.Provider).ToHashSet(StringComparer.Ordinal);
            blocks = [.. project.Syntax.Providers.Values.Where(b => needed.Contains(b.Instance))];
        }

        var capabilities = await sessions.DescribeAsync(blocks, diagnostics, cancellationToken);
        var failed = blocks.Select(b => b.Id).Where(id => !capabilities.ContainsKey(id)).ToHashSet(StringComparer.Ordinal);
        var catalog = new ProviderCatalog(project.Syntax, capabilities, failed, sessions.Installed);
        if (!diagnostics.HasErrors)
        {
            foreach (var instance in (state?.Resources ?? []).Select(r => r.Provider).Distinct(StringComparer.Ordinal))
            {
                Connect(instance, evaluation, capabilities, cancellationToken);
            }
        }

        // 3
        var resources = withResources ? evaluation.EvaluateResources(catalog) : [];
        var outputs = withResources ? evaluation.EvaluateOutputs() : [];
        var migrations = withResources ? evaluation.EvaluateMigrations(catalog) : [];
        sessions.Secrets.Add(resources.SelectMany(r => r.Wire.Secrets));
        return diagnostics.HasErrors ? null : new EvaluatedProject(evaluation, catalog, capabilities, resources, outputs, migrations);
    }

    /// <summary>Evaluates again with what is recorded by now; the providers run already.</summary>
    public EvaluatedProject? Reevaluate(EvaluatedProject before, ProjectState state, IReadOnlyDictionary<string, Value> variables, TimeProvider time)
    {
        var found = new DiagnosticList();
        var evaluation = new ProjectEvaluation(project, variables, address => state.Find(address)?.State, time, found);
        var resources = evaluation.EvaluateResources(before.Catalog);
        var outputs = evaluation.EvaluateOutputs();
        sessions.Secrets.Add(resources.SelectMany(r => r.Wire.Secrets));

        // Its warnings have been given the first time.
        diagnostics.AddRange(found.Where(d => d.Severity == Severity.Error));
        return diagnostics.HasErrors ? null : before with { Evaluation = evaluation, Resources = resources, Outputs = outputs };
    }

    /// <summary>Configures every instance that a resource or a record belongs to; false after an error.</summary>
    public async Task<bool> ConnectAsync(EvaluatedProject evaluated, ProjectState state, CancellationToken cancellationToken)
    {
        var instances = evaluated.Resources.Select(r => r.Instance).Concat(state.Resources.Select(r => r.Provider)).Distinct(StringComparer.Ordinal);
        foreach (var instance in instances)
        {
            if (!project.Syntax.Providers.ContainsKey(instance))
            {
                var left = state.Resources.Where(r => r.Provider == instance).Select(r => r.Address).ToList();
                diagnostics.Error(
                    CoreCodes.MissingProvider, $"Provider {instance} has no block any more",
                    $"The state holds {left.Count} of its resources, {string.Join(", ", left.Take(3))}{(left.Count > 3 ? " …" : "")}. "
                    + "Put the block back until they are destroyed: without it nobody knows where their database is.");
                continue;
            }

            Connect(instance, evaluated.Evaluation, evaluated.Capabilities, cancellationToken);
        }

        if (!diagnostics.HasErrors)
        {
            await sessions.ConnectedAsync(diagnostics);
        }

        return !diagnostics.HasErrors;
    }

    /// <summary>What to ask of whom, for everything wanted that can be planned now and everything recorded that is not wanted.</summary>
    public IReadOnlyList<BatchRequest> Divide(EvaluatedProject evaluated, ProjectState state, bool isDestroy)
    {
        var declared = isDestroy ? [] : project.Syntax.Resources.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var resource in evaluated.Resources)
        {
            if (state.Find(resource.Address) is { } record && record.Provider != resource.Instance)
            {
                diagnostics.Error(
                    CoreCodes.AmbiguousProvider, resource.Block.Place, "The resource was made by another provider",
                    $"{resource.Address} is recorded with {record.Provider} and now belongs to {resource.Instance}. Give the new one another name, or let {record.Provider} delete it first by removing the block.");
            }
        }

        var deletions = state.Resources.Where(r => !declared.Contains(r.Address)).Select(ForDeletion).ToList();
        return diagnostics.HasErrors ? [] : Batches.Divide([.. evaluated.Resources.Where(r => !r.IsDeferred)], deletions, state);
    }

    /// <summary>The provider's answer, with places and without secrets; null after an exception, which has been reported.</summary>
    public async Task<PlannedBatch?> PlanAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        observer.On(new PlanningStarted(request.Instance, request.Resources.Count + request.Deletions.Count));
        RuntimePlan answer;
        try
        {
            answer = await sessions.RuntimeOf(request.Instance).PlanAsync(request.Request, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            diagnostics.Add(sessions.Secrets.Hide(ProviderFailures.ToDiagnostic(failure, request.Instance, "plan", Untouched)));
            return null;
        }

        var plan = sessions.Secrets.Hide(answer with { Diagnostics = [.. answer.Diagnostics.Select(d => Place(d, request))] });
        foreach (var diagnostic in plan.Diagnostics)
        {
            diagnostics.Add(diagnostic);
        }

        CheckCompleteness(plan, request);
        CheckProtection(plan, request);
        var batch = new PlannedBatch(request.Instance, plan) { Request = request };
        observer.On(new PlanningFinished(request.Instance, PlanCounts.Of(plan.Operations)));
        return batch;
    }

    public static IReadOnlyList<DeferredResource> DeferredOf(EvaluatedProject evaluated, ProjectState state) =>
    [
        .. evaluated.Resources.Where(r => r.IsDeferred).Select(r => new DeferredResource(
            r.Address,
            r.Instance,
            state.Find(r.Address) is null ? ResourceActions.Create : ResourceActions.Update,
            [.. r.Wire.Unknown.Select(p => p.ToString())])),
    ];

    public static IReadOnlyList<PlannedOutput> OutputsOf(IReadOnlyList<ConfiguredOutput> outputs, ProjectState state)
    {
        var planned = outputs.Select(output =>
        {
            var value = OutputJson(output);
            var before = state.Outputs.GetValueOrDefault(output.Name);
            var action = before is null ? ResourceActions.Create
                : output.Value.ContainsUnknown || output.IsSensitive || Kolumn.Protocol.Json.CanonicalJson.AreEqual(before.Value, value) ? ResourceActions.NoOp
                : ResourceActions.Update;
            return new PlannedOutput(output.Name, value, output.IsSensitive, !output.Value.ContainsUnknown, action);
        });
        var gone = state.Outputs.Where(o => outputs.All(c => c.Name != o.Key)).Select(o => new PlannedOutput(o.Key, null, o.Value.Sensitive, true, ResourceActions.Delete));
        return [.. planned, .. gone];
    }

    /// <summary>Null when unknown or sensitive. Resources within are given by their names.</summary>
    public static JsonNode? OutputJson(ConfiguredOutput output)
    {
        if (output.IsSensitive || output.Value.ContainsUnknown)
        {
            return null;
        }

        var value = ResourceValue.Is(output.Value)
            ? Value.Object(output.Value.Members.Select(m => new KeyValuePair<string, Value>(m.Key, ResourceValue.Thin(m.Value))))
            : ResourceValue.Thin(output.Value);
        return ValueJson.ToJson(value);
    }

    /// <summary>Begins to configure the instance, unless that has been done.</summary>
    public void Connect(string instance, ProjectEvaluation evaluation, IReadOnlyDictionary<string, Capabilities> capabilities, CancellationToken cancellationToken)
    {
        if (!sessions.IsConnecting(instance) && project.Syntax.Providers.TryGetValue(instance, out var block))
        {
            var configured = evaluation.EvaluateProvider(block, capabilities.GetValueOrDefault(block.Id)?.ConfigSchema);
            if (!diagnostics.HasErrors)
            {
                sessions.Connect(configured, cancellationToken);
            }
        }
    }

    private static Diagnostic Place(Diagnostic diagnostic, BatchRequest request) =>
        diagnostic.Address is { } address && request.Find(address) is { } resource ? resource.Place(diagnostic)
        : diagnostic.Address is null && request.Resources is [var only] ? only.Place(diagnostic)
        : diagnostic;

    /// <summary>One operation for each resource that was asked about, and for nothing else: what follows relies on it.</summary>
    private void CheckCompleteness(RuntimePlan plan, BatchRequest request)
    {
        var asked = request.Resources.Select(r => r.Address).Concat(request.Deletions.Select(d => d.Address)).ToHashSet(StringComparer.Ordinal);
        var unasked = plan.Operations.FirstOrDefault(o => !asked.Remove(o.Address));
        var wrong = unasked is not null ? $"It plans {unasked.Address} twice or unasked."
            : asked.Count > 0 && plan.Success ? $"It says nothing about {string.Join(", ", asked.Take(3))}."
            : null;
        if (wrong is not null)
        {
            diagnostics.Error(CoreCodes.ProviderDefect, $"Provider {request.Instance} does not keep the contract", $"{wrong} {Untouched}");
        }
    }

    /// <summary>A resource that must not be destroyed stops the plan that would: by configuration, or by its record once the block is gone.</summary>
    private void CheckProtection(RuntimePlan plan, BatchRequest request)
    {
        foreach (var operation in plan.Operations.Where(o => o.Action is ResourceActions.Delete or ResourceActions.Replace || o.RequiresReplace))
        {
            var wanted = request.Find(operation.Address);
            var record = request.FindDeletion(operation.Address);
            if (wanted is { Meta.PreventDestroy: true } || (record is not null && RecordFactory.IsProtected(record)))
            {
                var diagnostic = Diagnostic.Error(
                    DiagnosticCodes.DestroyProtected, $"{operation.Address} must not be destroyed",
                    "The plan would delete it, and its lifecycle block has prevent_destroy = true. Undo the change, or set prevent_destroy = false and apply that first.");
                diagnostics.Add(wanted?.Place(diagnostic) ?? diagnostic with { Address = operation.Address });
            }
        }
    }

    /// <summary>Of a creation whose outcome is unknown only the configuration is there to tell what it is called.</summary>
    private static ResourceInstance ForDeletion(ResourceInstance record) =>
        ProjectState.IsOutcomeUnknown(record) && record.State.Count == 0 ? record with { State = record.Config } : record;
}

/// <summary>A project whose values are known as far as they can be.</summary>
internal sealed record EvaluatedProject(
    ProjectEvaluation Evaluation,
    ProviderCatalog Catalog,
    IReadOnlyDictionary<string, Capabilities> Capabilities,
    IReadOnlyList<ConfiguredResource> Resources,
    IReadOnlyList<ConfiguredOutput> Outputs,
    IReadOnlyList<ConfiguredMigration> Migrations);
