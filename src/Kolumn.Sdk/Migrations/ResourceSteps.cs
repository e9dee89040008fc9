using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Migrations;

/// <summary>
/// Has the plan engine compute the steps of a migration that speaks of resources. Each step rests on what the steps before it
/// leave behind, although none of them has run yet.
/// </summary>
/// <param name="tables">null: the database has none.</param>
internal sealed class ResourceSteps<TSession>(
    TSession session, ResourceTypes<TSession> types, PlanPreparation<TSession> preparation, IMigrationStore<TSession>? tables)
    where TSession : IProviderSession
{
    // What earlier steps make of objects; null: it is gone.
    private readonly Dictionary<ObjectReference, JsonObject?> _left = [];

    private readonly HashSet<ObjectReference> _renamed = [];

    public List<MigrationPrecheck> Prechecks { get; } = [];

    /// <exception cref="ProviderException">The step does not fit what exists.</exception>
    public async Task<PlannedStep?> OperateAsync(int order, string? description, string operation, JsonObject parameters, MigrationRequest request, CancellationToken cancellationToken)
    {
        var type = TypeOf(ColumnOperation.Text(parameters, "resource_type") ?? request.ResourceType);
        var name = ColumnOperation.Text(parameters, "resource_name") ?? request.ResourceName;
        var actual = await FindAsync(type, name, cancellationToken) ?? throw Fault($"there is no {type.Name} {name}", "Name the resource as the database does, in resource_name.");
        if (_renamed.Contains(new ObjectReference(type.Name, type.IdentityOf(actual))))
        {
            throw Fault($"what becomes of {type.Name} {name} after a column was renamed cannot be computed yet", "Put the steps after rename_column into a migration of their own.");
        }

        var config = type.Discoverer.ToConfig(actual);
        if (operation == MigrationOperations.RenameColumn)
        {
            return await RenameAsync(order, description, type, actual, parameters, cancellationToken);
        }

        if (ColumnOperation.WithFromType(config, parameters) is { } expected)
        {
            await CheckAsync($"column {ColumnOperation.Text(parameters, "column")} of {name} is of the type {ColumnOperation.Text(parameters, "from_type")}", type, name, expected, cancellationToken);
        }

        ColumnOperation.Apply(config, operation, parameters, type);
        return await ChangeAsync(order, description, type, name, actual, config, cancellationToken);
    }

    /// <summary>From one state of a resource to another, either of which may be nothing; null when there is nothing to do.</summary>
    /// <exception cref="ProviderException">The states are none of such a resource.</exception>
    public async Task<PlannedStep?> MoveAsync(MigrationRequest request, CancellationToken cancellationToken)
    {
        var type = TypeOf(request.ResourceType);
        var (from, to) = (ConfigOf(request.FromState, type), ConfigOf(request.ToState, type));
        var name = request.ResourceName.Length > 0 ? request.ResourceName : ColumnOperation.Text(to ?? from!, "name") ?? throw Fault("the resource has no name", "Give it in resource_name.");
        var actual = await FindAsync(type, ColumnOperation.Text(to ?? from!, "name") is null ? name : null, to ?? from!, cancellationToken);
        if (from is null)
        {
            Prechecks.Add(new MigrationPrecheck { Name = $"{type.Name} {name} does not exist", Passed = actual is null, Detail = actual is null ? null : "it exists" });
        }
        else if (actual is null)
        {
            Prechecks.Add(new MigrationPrecheck { Name = $"{type.Name} {name} is as from_state says", Passed = false, Detail = "it does not exist" });
            return null;
        }
        else
        {
            await CheckAsync($"{type.Name} {name} is as from_state says", type, name, from, cancellationToken);
        }

        return await ChangeAsync(1, request.Description, type, name, actual, to, cancellationToken);
    }

    private async Task<PlannedStep?> ChangeAsync(
        int order, string? description, ResourceType<TSession> type, string name, JsonObject? actual, JsonObject? config, CancellationToken cancellationToken)
    {
        var (work, plan) = await PlanAsync(type, name, config, config is null ? actual : null, cancellationToken);
        if (plan.Diagnostics.FirstOrDefault(d => d.Severity == Severity.Error) is { } fault)
        {
            throw new ProviderException(fault);
        }

        if (!work.IsChange)
        {
            return null;
        }

        if (work.Statements is null)
        {
            throw Fault($"{type.Name} is not changed by statements, so no migration can hold the change", "Change it with Apply.");
        }

        if (work.AllStatements.FirstOrDefault(s => s.IsRefusedInTransaction) is { } alone)
        {
            // A migration is one transaction.
            throw Fault($"\"{alone}\" runs outside of any transaction, so no migration can hold it", "Change it with Apply, or write the step in SQL that can run in a transaction.");
        }

        var identity = work.Prepared.Identity;
        _left[new ObjectReference(type.Name, identity)] = work.Desired;
        return new PlannedStep
        {
            Order = order,
            Description = string.IsNullOrEmpty(description) ? Describe(work, type, identity) : description,
            Forward = [.. work.AllStatements],
            Rollback = work.Rollback,
            RiskLevel = work.RiskLevel,
            Hazards = [.. work.AllStatements.SelectMany(s => s.Hazards).Distinct()],
            RollbackHazards = [.. (work.Rollback ?? []).SelectMany(s => s.Hazards).Distinct()],
            Losses = [.. LossesOf(work, type, identity)],
            Tables = TableOf(type, identity) is { } table ? [table] : [],
            Resource = new LedgerResource(type.Name, identity, work.Doomed, work.Action == ResourceActions.Delete ? null : work.Desired),
        };
    }

    /// <summary>A plan sees a column that is renamed as one that goes and one that comes; the database knows better.</summary>
    private async Task<PlannedStep> RenameAsync(int order, string? description, ResourceType<TSession> type, JsonObject actual, JsonObject parameters, CancellationToken cancellationToken)
    {
        var store = tables ?? throw Fault($"{type.Name} has no columns", "\"rename_column\" is for tables.");
        var (identity, old, name) = (type.IdentityOf(actual), ColumnOperation.Text(parameters, "column"), ColumnOperation.Text(parameters, "new_name"));
        if (old is null || name is null || SqlIdentifier.FaultOf(name, store.Dialect) is not null)
        {
            throw Fault("\"rename_column\" needs the parameters \"column\" and \"new_name\"", SqlIdentifier.FaultOf(name, store.Dialect) ?? "Both name columns.");
        }

        var columns = (actual["columns"] as JsonArray)?.OfType<JsonObject>().Select(c => ColumnOperation.Text(c, "name")).ToList() ?? [];
        if (!columns.Contains(old) || columns.Contains(name))
        {
            throw Fault(columns.Contains(name) ? $"column {name} exists already" : $"there is no column {old}", $"The columns are {string.Join(", ", columns)}.");
        }

        _renamed.Add(new ObjectReference(type.Name, identity));
        var table = (await store.FindTableAsync(session, store.Spell(identity), cancellationToken))?.Name ?? store.Spell(identity);
        Statement Rename(string from, string to) => new($"ALTER TABLE {table} RENAME COLUMN {SqlIdentifier.Quote(from, store.Dialect)} TO {SqlIdentifier.Quote(to, store.Dialect)}");
        return new PlannedStep
        {
            Order = order,
            Description = string.IsNullOrEmpty(description) ? $"rename column {old} of {identity} to {name}" : description,
            Forward = [Rename(old, name)],
            Rollback = [Rename(name, old)],
            Tables = [table],
            RiskLevel = "medium",
        };
    }

    private async Task CheckAsync(string what, ResourceType<TSession> type, string name, JsonObject expected, CancellationToken cancellationToken)
    {
        var (work, plan) = await PlanAsync(type, name, expected, null, cancellationToken);
        var detail = plan.Diagnostics.FirstOrDefault(d => d.Severity == Severity.Error)?.ToString()
            ?? (work.IsChange ? DefinitionComparison.Explain(work.Changes!, "the database has", "expected was") : null);
        Prechecks.Add(new MigrationPrecheck { Name = what, Passed = detail is null, Detail = detail });
    }

    private async Task<(PlannedWork<TSession> Work, Plan<TSession> Plan)> PlanAsync(
        ResourceType<TSession> type, string name, JsonObject? config, JsonObject? recorded, CancellationToken cancellationToken)
    {
        var prepared = preparation.Prepare(
        [
            new PlanResource
            {
                ResourceType = type.FullName,
                Name = name,
                Config = config,
                PriorState = recorded,
                Action = config is null ? ResourceActions.Delete : ResourceActions.Update,
            },
        ]);
        if (prepared.Diagnostics.FirstOrDefault(d => d.Severity == Severity.Error) is { } fault)
        {
            throw new ProviderException(fault);
        }

        var existing = await CatalogExtract<TSession>.OfAsync(session, prepared.Resources, cancellationToken);
        foreach (var (reference, definition) in _left)
        {
            existing.Remove(reference);
            if (definition is not null)
            {
                existing[reference] = definition;
            }
        }

        var plan = await PlanEngine<TSession>.CompareAsync(session, prepared, existing, online: false, cancellationToken);
        return (plan.Works[0], plan);
    }

    private Task<JsonObject?> FindAsync(ResourceType<TSession> type, string name, CancellationToken cancellationToken) =>
        FindAsync(type, name, new JsonObject { ["name"] = name }, cancellationToken);

    /// <param name="name">Tried as an identity too, where it is given.</param>
    private async Task<JsonObject?> FindAsync(ResourceType<TSession> type, string? name, JsonObject definition, CancellationToken cancellationToken)
    {
        var named = (JsonObject)definition.DeepClone();
        named["name"] ??= name;
        string[] identities = [.. new[] { type.TryIdentityOf(named), name }.OfType<string>().Distinct()];
        if (identities.Select(i => new ObjectReference(type.Name, i)).FirstOrDefault(_left.ContainsKey) is { } known)
        {
            return _left[known];
        }

        var found = await type.ReadAsync(session, identities, cancellationToken);
        return identities.Select(found.GetValueOrDefault).FirstOrDefault(d => d is not null);
    }

    private ResourceType<TSession> TypeOf(string name)
    {
        if (!types.TryResolve(name, out var type))
        {
            throw new ProviderException(types.Unresolved(name, null));
        }

        // The ledger keeps statements and definitions, where nothing secret has a place.
        return !SensitiveValues.Holds(type.Schema.Attributes) ? type : throw Fault($"{type.Name} has sensitive attributes, which no migration may hold", "Change it with Apply.");
    }

    // Recorded states hold what is computed too, which no configuration may say.
    private static JsonObject? ConfigOf(JsonObject? state, ResourceType<TSession> type)
    {
        if (!MigrationChecks.Holds(state))
        {
            return null;
        }

        var config = (JsonObject)state!.DeepClone();
        foreach (var member in state.Select(m => m.Key).Where(key => key == RecordedState.HashMember || type.Schema.Attributes.GetValueOrDefault(key) is { Computed: true }))
        {
            config.Remove(member);
        }

        return config;
    }

    private IEnumerable<RowLoss> LossesOf(PlannedWork<TSession> work, ResourceType<TSession> type, string identity)
    {
        if (work.AllStatements.All(s => s.Hazards.All(h => h.Name != HazardNames.DataLoss)))
        {
            return [];
        }

        var table = TableOf(type, identity);
        if (work.Action is ResourceActions.Delete or ResourceActions.Replace)
        {
            return [new RowLoss(table, RowLossKind.Table, [])];
        }

        var kept = Names(work.Desired);
        var lost = Names(work.Doomed).Where(c => !kept.Contains(c) || work.Changes!.Keys.Any(path => path.StartsWith($"columns.{c}.", StringComparison.Ordinal))).ToList();
        return [lost.Count > 0 ? new RowLoss(table, RowLossKind.Columns, lost) : RowLoss.Unknown];

        static List<string> Names(JsonObject? definition) =>
            [.. (definition?["columns"] as JsonArray ?? []).OfType<JsonObject>().Select(c => ColumnOperation.Text(c, "name")).OfType<string>()];
    }

    /// <summary>As a statement spells it; null for what has no rows.</summary>
    private string? TableOf(ResourceType<TSession> type, string identity) => type.Schema.Attributes.ContainsKey("columns") ? tables?.Spell(identity) : null;

    private static string Describe(PlannedWork<TSession> work, ResourceType<TSession> type, string identity) => work.Action == ResourceActions.Update
        ? $"update {type.Name} {identity}: {string.Join(", ", work.Changes!.Keys)}"
        : $"{work.Action} {type.Name} {identity}";

    private static ProviderException Fault(string summary, string detail) => new(Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail));
}
