using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// What can be wrong with a state without a look at the database:
/// <list type="number">
/// <item>each resource: a known type, a name, a known status, a configuration that the schema takes, a record with a name in it;</item>
/// <item>no address twice, no object twice;</item>
/// <item>what a resource depends on is there, and nothing depends on itself by way of others.</item>
/// </list>
/// </summary>
internal sealed class StateChecks<TSession>(ResourceTypes<TSession> types, SchemaValidation validation)
    where TSession : IProviderSession
{
    private static readonly string[] Statuses = ["active", "quarantined", "deleted"];

    public IEnumerable<Diagnostic> Check(IReadOnlyList<ResourceInstance> resources)
    {
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        var owners = new Dictionary<ObjectReference, string>();
        foreach (var resource in resources)
        {
            if (!types.TryResolve(resource.Type, out var type))
            {
                yield return types.Unresolved(resource.Type, resource.Address);
                continue;
            }

            foreach (var fault in OfOne(resource, type)) // 1
            {
                yield return fault;
            }

            if (!addresses.Add(AddressOf(resource))) // 2
            {
                yield return Diagnostic.Error(DiagnosticCodes.DuplicateResource, "the resource occurs twice in the state", "Remove one of the two.") with { Address = resource.Address };
            }
            else if (Identify(resource, type) is { } identity && !owners.TryAdd(identity, resource.Address))
            {
                yield return Diagnostic.Error(
                    DiagnosticCodes.DuplicateResource,
                    $"{identity.Type} {identity.Identity} is recorded twice",
                    $"{owners[identity]} is the same object: remove one of them from the state.") with
                {
                    Address = resource.Address,
                };
            }
        }
    }

    /// <param name="resources">Those that are checked.</param>
    /// <param name="all">Those that may be depended on.</param>
    public IEnumerable<Diagnostic> CheckDependencies(IReadOnlyList<ResourceInstance> resources, IReadOnlyList<ResourceInstance> all) // 3
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < all.Count; index++)
        {
            positions.TryAdd(AddressOf(all[index]), index);
        }

        foreach (var resource in resources)
        {
            foreach (var needed in resource.DependsOn ?? [])
            {
                if (!ResourceAddress.TryParse(needed, out var address))
                {
                    yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, $"\"{needed}\" is no address", "It is <type>.<name>.") with
                    {
                        Address = resource.Address,
                        Attribute = AttributePath.Of("depends_on"),
                    };
                }
                else if (types.TryResolve(address.Type, out _) && !positions.ContainsKey(AddressOf(address)))
                {
                    // Other types belong to other providers, which have states of their own.
                    yield return Diagnostic.Error(
                        DiagnosticCodes.State, $"it depends on {needed}, which is not in the state", "Plan and apply: that records it again, or forgets the dependency.") with
                    {
                        Address = resource.Address,
                        Attribute = AttributePath.Of("depends_on"),
                    };
                }
            }
        }

        var (_, cycles) = DependencyOrder.Sort([.. all.Select(r => (IReadOnlyCollection<int>)[.. (r.DependsOn ?? [])
            .Select(d => ResourceAddress.TryParse(d, out var address) ? positions.GetValueOrDefault(AddressOf(address), -1) : -1)
            .Where(i => i >= 0)])]);
        foreach (var cycle in cycles)
        {
            var members = cycle.Select(i => all[i].Address).ToList();
            yield return Diagnostic.Error(
                DiagnosticCodes.DependencyCycle,
                $"the resources depend on each other: {string.Join(" -> ", members)} -> {members[0]}",
                "No order of deletion exists: remove one of these dependencies from the state.") with
            {
                Address = members[0],
            };
        }
    }

    private IEnumerable<Diagnostic> OfOne(ResourceInstance resource, ResourceType<TSession> type)
    {
        if (resource.Name.Length == 0)
        {
            yield return Diagnostic.Error(DiagnosticCodes.InvalidRequest, "the resource has no name") with { Address = resource.Address };
        }

        if (!Statuses.Contains(resource.Status))
        {
            yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, $"\"{resource.Status}\" is no status", $"It is one of {string.Join(", ", Statuses)}.") with
            {
                Address = resource.Address,
                Attribute = AttributePath.Of("status"),
            };
        }

        // What was imported may have no configuration.
        foreach (var fault in resource.Config.Count == 0 ? [] : CheckConfig(resource, type))
        {
            yield return fault;
        }

        if (resource.Status == "active" && resource.State.Count == 0)
        {
            yield return Diagnostic.Warning(DiagnosticCodes.State, "it is active and nothing is recorded of it", "Plan and apply: that records it again.") with { Address = resource.Address };
        }
        else if (resource.State.Count > 0 && Identify(resource, type) is null)
        {
            yield return DriftDetection<TSession>.UnreadableRecord(resource.Address);
        }
    }

    /// <summary>A state holds no sensitive values, so none is missed.</summary>
    private IEnumerable<Diagnostic> CheckConfig(ResourceInstance resource, ResourceType<TSession> type) =>
        validation.Check(type.NamedConfig(resource.Config, resource.Name), type.Schema, unknownIsError: true, resource.Address)
            .Where(d => d.Code != DiagnosticCodes.MissingAttribute || !SensitiveValues.IsSensitive(d.Attribute!, type.Schema));

    private static ObjectReference? Identify(ResourceInstance resource, ResourceType<TSession> type) =>
        RecordedState.Read(resource.State) is { } recorded && type.TryIdentityOf(recorded.Whole) is { } identity ? new ObjectReference(type.Name, identity) : null;

    private string AddressOf(ResourceInstance resource) => AddressOf(new ResourceAddress(resource.Type, resource.Name));

    private string AddressOf(ResourceAddress address) =>
        (address with { Type = types.FullName(address.Type) }).ToString();
}
