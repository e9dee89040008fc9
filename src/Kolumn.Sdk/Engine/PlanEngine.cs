using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Turns a prepared plan into work by comparing it with the database:
/// <list type="number">
/// <item>read what exists under the identities of the plan, once per type, and find out which secrets it has;</item>
/// <item>find out what is desired in the catalog's spelling: the recorded definition where the configuration still describes
/// the same, the description where nothing exists yet or it equals what exists, and the server's own spelling otherwise;</item>
/// <item>decide, for each resource, from what exists and what is desired;</item>
/// <item>write the statements of each change and those that would undo it;</item>
/// <item>rebuild what a replaced object takes with it;</item>
/// <item>divide the changes of objects that refer to each other in a circle.</item>
/// </list>
/// Its cost in round trips depends on the number of types alone.
/// </summary>
internal static class PlanEngine<TSession>
    where TSession : IProviderSession
{
    public static async Task<Plan<TSession>> PlanAsync(TSession session, PreparedPlan<TSession> prepared, CancellationToken cancellationToken)
    {
        var existing = await ReadAsync(session, prepared.Resources, cancellationToken); // 1
        return await CompareAsync(session, prepared, existing, cancellationToken); // 1 to 6
    }

    /// <summary>Plans from configuration and prior state alone, as though what is recorded existed.</summary>
    public static Task<Plan<TSession>> PlanWithoutDatabaseAsync(PreparedPlan<TSession> prepared, CancellationToken cancellationToken)
    {
        var recorded = new Dictionary<ObjectReference, JsonObject>();
        foreach (var resource in prepared.Resources.Where(r => r.Recorded is not null))
        {
            recorded[new ObjectReference(resource.Type.Name, resource.FormerIdentity ?? resource.Identity)] = resource.Recorded!.Definition;
        }

        return CompareAsync(default, prepared, recorded, cancellationToken);
    }

    /// <summary>What exists of the given resources, by type and identity.</summary>
    public static async Task<Dictionary<ObjectReference, JsonObject>> ReadAsync(
        TSession session, IEnumerable<PreparedResource<TSession>> resources, CancellationToken cancellationToken)
    {
        var existing = new Dictionary<ObjectReference, JsonObject>();
        foreach (var group in resources.Where(r => r.Request.Action != ResourceActions.NoOp).GroupBy(r => r.Type))
        {
            var type = group.Key;
            var identities = group.SelectMany(r => new[] { r.Identity, r.FormerIdentity }).OfType<string>().ToHashSet(StringComparer.Ordinal);
            foreach (var (identity, definition) in await type.ReadAsync(session, identities, cancellationToken))
            {
                existing[new ObjectReference(type.Name, identity)] = definition;
            }
        }

        return existing;
    }

    /// <summary>Plans as though <paramref name="existing"/> were all that exists of what is planned.</summary>
    public static async Task<Plan<TSession>> CompareAsync(
        TSession? session, PreparedPlan<TSession> prepared, Dictionary<ObjectReference, JsonObject> existing, CancellationToken cancellationToken)
    {
        var diagnostics = new List<Diagnostic>(prepared.Diagnostics);
        await KnownSecrets<TSession>.FillInAsync(session, prepared.Resources, existing, cancellationToken); // 1
        var desired = await DesiredDefinitions<TSession>.FindAsync(session, prepared.Resources, existing, diagnostics, cancellationToken); // 2
        var works = new Dictionary<string, PlannedWork<TSession>>(prepared.Resources.Count, StringComparer.Ordinal);
        foreach (var resource in prepared.Resources)
        {
            works[resource.Address] = Decide(resource, existing, desired.GetValueOrDefault(resource.Address), diagnostics); // 3, 4
        }

        Rebuilding<TSession>.Spread(prepared.Order, works); // 5
        Postponing<TSession>.Divide(prepared.Order, works); // 6
        return new Plan<TSession>(
            [.. prepared.Resources.Select(r => works[r.Address])],
            [.. prepared.Order.Select(r => works[r.Address])],
            diagnostics);
    }

    private static PlannedWork<TSession> Decide(
        PreparedResource<TSession> resource, Dictionary<ObjectReference, JsonObject> existing, JsonObject? desired, List<Diagnostic> diagnostics)
    {
        if (resource.Request.Action == ResourceActions.NoOp)
        {
            return new PlannedWork<TSession> { Prepared = resource, Action = ResourceActions.NoOp, Desired = resource.Recorded?.Definition };
        }

        if (desired is null && resource.Described is not null)
        {
            // The database refused the definition; that is among the diagnostics.
            return new PlannedWork<TSession> { Prepared = resource, Action = ResourceActions.NoOp };
        }

        var (type, schema) = (resource.Type, resource.Type.Schema);
        var actual = existing.GetValueOrDefault(new ObjectReference(type.Name, resource.Identity));
        var former = resource.FormerIdentity is { } old ? existing.GetValueOrDefault(new ObjectReference(type.Name, old)) : null;
        var recorded = resource.Recorded?.Definition;
        var differences = actual is null || desired is null ? null : DefinitionComparison.Compare(actual, desired, schema);
        var decision = ChangeDecision.Make(resource, actual, former, differences);
        if (decision.Conflict is { } conflict)
        {
            diagnostics.Add(conflict);
        }

        var work = new PlannedWork<TSession>
        {
            Prepared = resource,
            Actual = actual,
            Former = former,
            Desired = desired,
            Action = decision.Action,
            Reason = decision.Reason,
            Drift = recorded is null || (former ?? actual) is not { } present
                ? null
                : DefinitionComparison.Compare(recorded, SensitiveValues.Without(present, schema.Attributes), schema),
        };
        if (!work.IsChange)
        {
            return work;
        }

        var changes = work.Action == ResourceActions.Delete
            ? null
            : DefinitionComparison.Compare(work.Action == ResourceActions.Create ? [] : work.Doomed ?? [], desired!, schema);
        var forcesReplace = changes?.Values.Any(c => c.RequiresReplace) ?? false;
        var statements = ChangeStatements.For(type, resource.Address, work.Action, work.Doomed, desired, forcesReplace);
        return work with
        {
            Action = statements.Action,
            Changes = changes,
            Statements = statements.Forward,
            Rollback = statements.Rollback,
            RiskLevel = statements.RiskLevel,
        };
    }
}

/// <param name="Works">In the request's order.</param>
/// <param name="Order">In the order of execution.</param>
internal sealed record Plan<TSession>(
    IReadOnlyList<PlannedWork<TSession>> Works, IReadOnlyList<PlannedWork<TSession>> Order, IReadOnlyList<Diagnostic> Diagnostics)
    where TSession : IProviderSession
{
    public bool Success => Diagnostics.All(d => d.Severity != Severity.Error);

    public string Hash { get; } = PlanHash.Of(Works);

    /// <summary>What is made together; never empty.</summary>
    public IReadOnlyList<Section<TSession>> Sections { get; } = Section<TSession>.Divide(Order);

    public PlanResponse ToPayload()
    {
        var response = Success
            ? new PlanResponse { Success = true, Diagnostics = Diagnostics.Count > 0 ? Diagnostics : null, PlanHash = Hash }
            : Envelope.Failure<PlanResponse>(Diagnostics);
        var created = Works.Where(w => w.Action == ResourceActions.Create).Select(w => w.Prepared.Identity).ToHashSet(StringComparer.Ordinal);
        return response with
        {
            ExecutionOrder = [.. Order.Select(w => w.Address)],
            Resources = [.. Works.Select(w => w.ToPayload(created))],
        };
    }
}
