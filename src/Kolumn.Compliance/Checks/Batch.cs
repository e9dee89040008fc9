using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>Resources that are planned and applied together: one of each type, with what they require.</summary>
internal sealed class Batch
{
    private readonly Dictionary<string, JsonObject> _states = [];

    public Batch(IEnumerable<Specimen> specimens)
    {
        Tops = [.. specimens];
        Members = [.. Tops.SelectMany(s => s.WithRequirements)];
    }

    /// <summary>The specimens themselves.</summary>
    public IReadOnlyList<Specimen> Tops { get; }

    /// <summary>These and what they require, each after what it requires.</summary>
    public IReadOnlyList<Specimen> Members { get; }

    public IReadOnlyDictionary<string, JsonObject> States => _states;

    /// <summary>Turned round, so that a provider that keeps the order of the request gets it wrong.</summary>
    public JsonObject Request(string action, Func<Specimen, JsonObject?>? config = null, string? planHash = null, bool force = false)
    {
        var request = new JsonObject
        {
            ["resources"] = new JsonArray([.. Members.Reverse().Select(m =>
            {
                var resource = ResourceCalls.PlanResource(m, action, (config ?? (s => s.Config))(m), _states.GetValueOrDefault(m.Address));
                if (force)
                {
                    resource["force"] = true;
                }

                return (JsonNode)resource;
            })]),
        };
        if (planHash is not null)
        {
            request["plan_hash"] = planHash;
        }

        return request;
    }

    /// <summary>Remembers what an apply answered.</summary>
    public void Record(Answer apply)
    {
        foreach (var member in Members)
        {
            if (ResultOf(apply, member).Object("state") is { } state)
            {
                _states[member.Address] = (JsonObject)state.DeepClone();
            }
        }
    }

    public static JsonNode? ResultOf(Answer apply, Specimen member) => Find(apply.Body.List("results"), member);

    public static JsonNode? PlannedOf(Answer plan, Specimen member) => Find(plan.Body.List("resources"), member);

    /// <summary>Null, or what is wrong with an order.</summary>
    public string? FaultOf(IReadOnlyList<string> order, bool isReversed)
    {
        var places = order.Select((address, index) => (address, index)).GroupBy(p => p.address).ToDictionary(g => g.Key, g => g.Last().index);
        foreach (var member in Members)
        {
            if (!places.TryGetValue(member.Address, out var own))
            {
                return $"{member.Address} is not in it";
            }

            foreach (var required in member.Requires)
            {
                if (places.TryGetValue(required.Address, out var other) && other > own != isReversed)
                {
                    return $"{member.Address} comes {(isReversed ? "after" : "before")} {required.Address}, which it depends on";
                }
            }
        }

        return order.Count > Members.Count ? $"it names {order.Count} resources where {Members.Count} were asked for" : null;
    }

    private static JsonNode? Find(IReadOnlyList<JsonNode?> nodes, Specimen member) => nodes.FirstOrDefault(n =>
        n.Text("name") == member.Name && n.Text("resource_type") is { } type && (type == member.Type.FullName || type == member.Type.Name));
}
