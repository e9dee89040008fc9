using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Turns a prepared plan into work by comparing it with the database:
/// <list type="number">
/// <item>read what exists under the identities of the plan, once per type, and find out which secrets it has;</item>
/// <item>find out what is to be renamed, and how everything will read under its new name;</item>
/// <item>find out what is desired in the catalog's spelling: the recorded definition where the configuration still describes
/// the same, the description where nothing exists yet or it equals what exists, and the server's own spelling otherwise;</item>
/// <item>decide, for each resource, from what exists and what is desired;</item>
/// <item>write the statements of each change and those that would undo it;</item>
/// <item>move what is deleted to quarantine;</item>
/// <item>rebuild what a replaced object takes with it;</item>
/// <item>divide the changes of objects that refer to each other in a circle;</item>
/// <item>give back to what is made again what no definition tells;</item>
/// <item>find out who would wait, change what is in use in steps that let others go on, or by statements that say how they may be done, and spell them for this server;</item>
/// <item>divide what does not fit into one transaction.</item>
/// </list>
/// Its cost in round trips depends on the number of types alone.
/// </summary>
internal static class PlanEngine<TSession>
    where TSession : IProviderSession
{
    private static readonly IReadOnlyDictionary<string, AttributeChange> NoChanges = new Dictionary<string, AttributeChange>();

    private const string SeveralTransactions = "SEVERAL_TRANSACTIONS";

    /// <param name="extract">What has been read already; the rest is added.</param>
    /// <param name="online">Whether more may follow the transaction.</param>
    public static async Task<Plan<TSession>> PlanAsync(
        TSession session, PreparedPlan<TSession> prepared, CatalogExtract<TSession> extract, bool online, CancellationToken cancellationToken)
    {
        await extract.ReadAsync(session, prepared.Resources, cancellationToken); // 1
        return await CompareAsync(session, prepared, extract.Existing, online, cancellationToken); // 1 to 11
    }

    /// <summary>Plans from configuration and prior state alone, as though what is recorded existed.</summary>
    public static Task<Plan<TSession>> PlanWithoutDatabaseAsync(PreparedPlan<TSession> prepared, CancellationToken cancellationToken)
    {
        var recorded = new Dictionary<ObjectReference, JsonObject>();
        foreach (var resource in prepared.Resources.Where(r => r.Recorded is not null))
        {
            recorded[new ObjectReference(resource.Type.Name, resource.FormerIdentity ?? resource.Identity)] = resource.Recorded!.Definition;
        }

        return CompareAsync(default, prepared, recorded, online: false, cancellationToken);
    }

    /// <summary>Plans as though <paramref name="existing"/> were all that exists of what is planned.</summary>
    public static async Task<Plan<TSession>> CompareAsync(
        TSession? session, PreparedPlan<TSession> prepared, Dictionary<ObjectReference, JsonObject> existing, bool online, CancellationToken cancellationToken)
    {
        var diagnostics = new List<Diagnostic>(prepared.Diagnostics);
        SharedParts.Divide(prepared.Resources, existing);
        await KnownSecrets<TSession>.FillInAsync(session, prepared.Resources, existing, cancellationToken); // 1
        var quarantine = await Quarantine<TSession>.OpenAsync(session, prepared, existing, cancellationToken);
        var renames = await Renames<TSession>.FindAsync(session, prepared, existing, diagnostics, cancellationToken); // 2
        var resources = prepared.Resources.Select(renames.Adjust).ToList();
        var desired = await DesiredDefinitions<TSession>.FindAsync(session, resources, renames.Existing, diagnostics, cancellationToken); // 3
        var works = new Dictionary<string, PlannedWork<TSession>>(resources.Count, StringComparer.Ordinal);
        foreach (var (original, resource) in prepared.Resources.Zip(resources))
        {
            var found = renames.Steps.Count == 0 ? null : renames.AsFound(original);
            works[resource.Address] = Decide(resource, renames, found, desired.GetValueOrDefault(resource.Address), diagnostics); // 4, 5
        }

        if (quarantine is not null)
        {
            quarantine.Spread(prepared.Order, works); // 6
            quarantine.Hint(works);
            if (quarantine.Expired() is { } expired)
            {
                diagnostics.Add(expired);
            }
        }

        Rebuilding<TSession>.Spread(prepared.Order, works); // 7
        Postponing<TSession>.Divide(prepared.Order, works); // 8
        if (session is not null)
        {
            await Restoring<TSession>.AddAsync(session, works, cancellationToken); // 9
        }

        if (session is not null)
        {
            await OnlineChanges<TSession>.ChooseAsync(session, works, online, cancellationToken); // 10
            await AssertedChanges<TSession>.AddAsync(session, works, cancellationToken);
            AdaptedChanges<TSession>.Spell(session, works);
        }

        IReadOnlyList<PlannedWork<TSession>> order = [.. prepared.Order.Select(r => works[r.Address])];
        return new Plan<TSession>([.. prepared.Resources.Select(r => works[r.Address])], order, diagnostics)
        {
            Sections = await DivideAsync(session, order, online, diagnostics, cancellationToken), // 11
            Ahead = [.. works.Values.SelectMany(w => w.Place.Select(s => (w, s))), .. renames.Steps.SelectMany(s => s.Statements.Select(statement => (works[s.Address], statement))), .. works.Values.SelectMany(w => w.Following.Select(s => (w, s)))],
        };
    }

    private static async Task<IReadOnlyList<Section<TSession>>> DivideAsync(
        TSession? session, IReadOnlyList<PlannedWork<TSession>> order, bool online, List<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        if (!online)
        {
            return [Section<TSession>.Whole(order)];
        }

        var sections = Section<TSession>.Divide(order, int.MaxValue);
        if (Section<TSession>.UsesAfterCommit(order) is ({ } made, { } user))
        {
            diagnostics.Add(Diagnostic.Warning(
                SeveralTransactions,
                $"the changes are made in {sections.Count} transactions",
                $"{user.Prepared.Type.Name} {user.Prepared.Identity} uses something new of {made.Prepared.Type.Name} {made.Prepared.Identity}, which has to be committed before: a failure after that does not undo it, and the next plan goes on from there."));
        }

        if (session is not ILockLimitedSession limited || Section<TSession>.LockEntries(order) <= Section<TSession>.SmallPlan)
        {
            return sections;
        }

        var unlimited = sections.Count;
        var capacity = await limited.FindLockCapacityAsync(cancellationToken);
        sections = Section<TSession>.Divide(order, capacity);
        if (sections.Count > unlimited)
        {
            diagnostics.Add(Diagnostic.Warning(
                SeveralTransactions,
                $"the changes are made in {sections.Count} transactions",
                $"One transaction may take {capacity} locks in this database, so a failure undoes only the transaction it happens in; what is committed before it stays and is recorded, and the next plan goes on from there."));
        }

        return sections;
    }

    private static PlannedWork<TSession> Decide(
        PreparedResource<TSession> resource, Renames<TSession> renames, JsonObject? found, JsonObject? desired, List<Diagnostic> diagnostics)
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
        var actual = Existing(resource.Identity, desired);
        var former = resource.FormerIdentity is { } old ? Existing(old, null) : null;
        var steps = renames.Steps.Where(s => s.Address == resource.Address).ToList();
        var following = steps.Count > 0 && actual is not null && desired is not null
            ? HandlerCall.Run(resource.Address, nameof(type.Renamer.NamesThatFollow), () => type.Renamer!.NamesThatFollow(actual, desired))
            : null;
        actual = following?.Definition ?? actual;
        var differences = actual is null || desired is null ? null : DefinitionComparison.Compare(actual, desired, schema);
        var isUnfinished = differences is { Count: > 0 } && type.Creator is IUnfinishedHandler handler
            && HandlerCall.Run(resource.Address, nameof(handler.IsUnfinished), () => handler.IsUnfinished(actual!, desired!));
        var decision = ChangeDecision.Make(resource, actual, former, differences, isUnfinished);
        if (steps.Count > 0 && decision.Conflict is null)
        {
            decision = new ChangeDecision(ResourceActions.Update, RenameText.Reason(resource.RenameWishes, steps));
        }
        else if (decision.Action == ResourceActions.NoOp && found is not null && actual is not null && !JsonNode.DeepEquals(found, actual))
        {
            // Nothing is to be done, but the record would be taken for drift.
            decision = new ChangeDecision(ResourceActions.Read, "follows what is renamed");
        }

        if (decision.Conflict is { } conflict && !diagnostics.Exists(d => d.Code == DiagnosticCodes.RenameConflict && d.Address == resource.Address))
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
            Renames = steps,
            Following = following?.Statements ?? [],
            Drift = DriftOf(resource.Recorded, found ?? former ?? actual, schema),
        };
        if (!work.IsChange)
        {
            return work;
        }

        var changes = work.Action == ResourceActions.Delete
            ? null
            : DefinitionComparison.Compare(work.Action == ResourceActions.Create ? [] : work.Doomed ?? [], desired!, schema);
        if (steps.Count > 0)
        {
            var undo = (following?.Undo ?? []).Concat(Enumerable.Reverse(steps).SelectMany(s => s.Undo)).ToList();
            var names = RenameText.Changes(resource.RenameWishes, steps);
            if (changes!.Count == 0)
            {
                return work with { Changes = names, Statements = [], Rollback = undo };
            }

            changes = names.Concat(changes).ToDictionary(c => c.Key, c => c.Value);
            var rest = ChangeStatements.For(type, resource.Address, work.Action, work.Doomed, desired, changes);
            return work with { Action = rest.Action, Changes = changes, Statements = rest.Forward, Rollback = [.. rest.Rollback ?? [], .. undo], RiskLevel = rest.RiskLevel };
        }

        var statements = ChangeStatements.For(type, resource.Address, work.Action, work.Doomed, desired, changes ?? NoChanges);
        return work with
        {
            Action = statements.Action,
            Changes = changes,
            Statements = statements.Forward,
            Rollback = statements.Rollback,
            RiskLevel = statements.RiskLevel,
            OwnHazards = statements.Hazards,
        };

        // What nobody has made exists only for who asks for exactly that.
        JsonObject? Existing(string identity, JsonObject? wish) => renames.Existing.GetValueOrDefault(new ObjectReference(type.Name, identity)) is { } existing
            && (!type.IsStandard(existing) || (wish is not null && DefinitionComparison.Compare(existing, wish, schema).Count == 0))
            ? existing
            : null;
    }

    private static IReadOnlyDictionary<string, AttributeChange>? DriftOf(RecordedState? recorded, JsonObject? present, ObjectType schema) =>
        recorded is null || present is null ? null
        : recorded.Is(present) ? DefinitionComparison.Unchanged
        : DefinitionComparison.Compare(recorded.Definition, SensitiveValues.Without(present, schema.Attributes), schema);
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
    public required IReadOnlyList<Section<TSession>> Sections { get; init; }

    /// <summary>Run ahead of everything, in this order, each for the sake of a resource.</summary>
    public IReadOnlyList<(PlannedWork<TSession> Work, Statement Statement)> Ahead { get; init; } = [];

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
