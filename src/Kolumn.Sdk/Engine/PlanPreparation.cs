using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// The part of planning that needs no database, so that every mistake of a configuration is reported even when no database
/// can be reached:
/// <list type="number">
/// <item>each proposal: action, type, config against the schema, duplicate addresses;</item>
/// <item>each config becomes a description and an identity, each prior state a recorded definition;</item>
/// <item>two resources for one object are refused, unless one is a delete: then the object moves to the other address, be it that
/// it keeps its name or that the other says it had this one;</item>
/// <item>dependencies, given and required, become an order.</item>
/// </list>
/// </summary>
internal sealed class PlanPreparation<TSession>(ResourceTypes<TSession> types, SchemaValidation validation)
    where TSession : IProviderSession
{
    /// <summary>More errors than anybody reads; the rest are counted.</summary>
    private const int MaxDiagnostics = 1000;

    /// <param name="defaultSchema">Of the connection that the plan is for.</param>
    public PreparedPlan<TSession> Prepare(IReadOnlyList<PlanResource> requests, string? defaultSchema = null)
    {
        var diagnostics = new List<Diagnostic>();
        var accepted = Accept(requests, diagnostics); // 1
        if (diagnostics.Exists(d => d.Severity == Severity.Error))
        {
            return new PreparedPlan<TSession>([], [], Bounded(diagnostics));
        }

        var prepared = new DescriptionPass<TSession>(types, accepted, defaultSchema).Run(diagnostics); // 2
        prepared = FindMoves(prepared, diagnostics); // 3
        (prepared, var order) = Order(prepared, diagnostics); // 4
        return new PreparedPlan<TSession>(prepared, order, Bounded(diagnostics)) { Types = types, Follower = types.Follower };
    }

    private List<AcceptedResource<TSession>> Accept(IReadOnlyList<PlanResource> requests, List<Diagnostic> diagnostics)
    {
        var accepted = new List<AcceptedResource<TSession>>(requests.Count);
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        foreach (var request in requests)
        {
            var address = request.Address;
            if (!types.TryResolve(request.ResourceType, out var type))
            {
                diagnostics.Add(types.Unresolved(request.ResourceType, address));
                continue;
            }

            if (request.Name.Length == 0)
            {
                diagnostics.Add(Diagnostic.Error(DiagnosticCodes.InvalidRequest, "the resource has no name") with { Address = address });
                continue;
            }

            if (!addresses.Add($"{type.Name}.{request.Name}"))
            {
                diagnostics.Add(Diagnostic.Error(
                    DiagnosticCodes.DuplicateResource, "the resource occurs twice", "Give one of them another name.") with
                {
                    Address = address,
                });
                continue;
            }

            if (request.Action is not (ResourceActions.Create or ResourceActions.Update or ResourceActions.Delete or ResourceActions.NoOp))
            {
                diagnostics.Add(Diagnostic.Error(
                    DiagnosticCodes.InvalidRequest, $"\"{request.Action}\" is no action that can be proposed", "create, update, delete and noop are.") with
                {
                    Address = address,
                });
                continue;
            }

            var config = request.Action == ResourceActions.Delete ? null : ConfigOf(request, type, diagnostics);
            accepted.Add(new AcceptedResource<TSession>(request, address, type, config));
        }

        return accepted;
    }

    private JsonObject ConfigOf(PlanResource request, ResourceType<TSession> type, List<Diagnostic> diagnostics)
    {
        var config = type.NamedConfig(request.Config, request.Name);
        diagnostics.AddRange(validation.Check(config, type.Schema, unknownIsError: true, request.Address));
        return config;
    }

    private static List<PreparedResource<TSession>> FindMoves(List<PreparedResource<TSession>> resources, List<Diagnostic> diagnostics)
    {
        var owners = new Dictionary<(string Type, string Identity), PreparedResource<TSession>>();
        foreach (var resource in resources.Where(r => r.Request.Action != ResourceActions.Delete))
        {
            if (!owners.TryAdd((resource.Type.Name, resource.Identity), resource))
            {
                var other = owners[(resource.Type.Name, resource.Identity)];
                diagnostics.Add(Diagnostic.Error(
                    DiagnosticCodes.DuplicateResource,
                    $"{resource.Type.Name} {resource.Identity} is described twice",
                    $"{other.Address} describes it too: remove one of them.") with
                {
                    Address = resource.Address,
                });
            }
        }

        var renamed = resources
            .Where(r => r is { RenameSource: not null, Recorded: null })
            .DistinctBy(r => (r.Type.Name, r.RenameSource))
            .ToDictionary(r => (r.Type.Name, r.RenameSource!));
        var former = new Dictionary<string, PreparedResource<TSession>>(StringComparer.Ordinal);
        var deletes = resources.Where(r => r.Request.Action == ResourceActions.Delete).ToList();
        foreach (var deleted in deletes.Where(d => renamed.ContainsKey((d.Type.Name, d.Identity))))
        {
            former[renamed[(deleted.Type.Name, deleted.Identity)].Address] = deleted;
        }

        foreach (var deleted in deletes.Where(d => !renamed.ContainsKey((d.Type.Name, d.Identity))))
        {
            if (owners.TryGetValue((deleted.Type.Name, deleted.Identity), out var owner) && owner.Recorded is null)
            {
                former.TryAdd(owner.Address, deleted);
            }
        }

        var movedTo = former.ToDictionary(f => f.Value.Address, f => f.Key, StringComparer.Ordinal);
        return
        [
            .. resources.Select(r => former.TryGetValue(r.Address, out var source)
                ? r with { MovedFrom = source.Address, Recorded = source.Recorded, FormerIdentity = source.Identity == r.Identity ? null : source.Identity }
                : r with { MovedTo = movedTo.GetValueOrDefault(r.Address) }),
        ];
    }

    private (List<PreparedResource<TSession>> Resources, IReadOnlyList<PreparedResource<TSession>> Order) Order(
        List<PreparedResource<TSession>> resources, List<Diagnostic> diagnostics)
    {
        var graph = new DependencyGraph<TSession>(types, resources);
        resources = [.. resources.Select((r, i) => r with { Dependencies = graph.DependenciesOf(i), Requirements = graph.RequirementsOf(i), Postponed = graph.PostponedOf(i) })];
        var order = new List<PreparedResource<TSession>>(resources.Count);
        foreach (var (indexes, deletes) in new[] { (graph.Kept, false), (graph.Deleted, true) })
        {
            var (positions, cycles) = graph.Sort(indexes);
            var part = positions.Select(i => resources[i]);
            order.AddRange(deletes ? part.Reverse() : part);
            diagnostics.AddRange(cycles.Select(cycle => Cycle([.. cycle.Select(i => resources[i].Address)])));
        }

        return (resources, order);
    }

    private static Diagnostic Cycle(IReadOnlyList<string> members) => Diagnostic.Error(
        DiagnosticCodes.DependencyCycle,
        $"the resources depend on each other: {string.Join(" -> ", members)} -> {members[0]}",
        "Remove one of these dependencies: nothing can be created before itself.") with
    {
        Address = members[0],
    };

    private static IReadOnlyList<Diagnostic> Bounded(List<Diagnostic> diagnostics)
    {
        if (diagnostics.Count <= MaxDiagnostics)
        {
            return diagnostics;
        }

        var errors = diagnostics.OrderBy(d => d.Severity).Take(MaxDiagnostics).ToList();
        errors.Add(Diagnostic.Warning(DiagnosticCodes.InvalidRequest, $"{diagnostics.Count - MaxDiagnostics} more diagnostics are not shown", "Put these right first."));
        return errors;
    }
}

/// <param name="Config">Valid against the schema, the name filled in; null for a delete.</param>
internal sealed record AcceptedResource<TSession>(PlanResource Request, string Address, ResourceType<TSession> Type, JsonObject? Config)
    where TSession : IProviderSession;
