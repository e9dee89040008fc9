using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Engine;

/// <summary>Leaves out of what exists the parts that are somebody else's (<see cref="ISharingHandler"/>).</summary>
internal static class SharedParts
{
    /// <summary>The same for all that a plan is about.</summary>
    /// <param name="existing">What has something left out is exchanged.</param>
    public static void Divide<TSession>(IEnumerable<PreparedResource<TSession>> resources, Dictionary<ObjectReference, JsonObject> existing)
        where TSession : IProviderSession
    {
        foreach (var resource in resources.Where(r => r.Type.Creator is ISharingHandler))
        {
            foreach (var identity in new[] { resource.Identity, resource.FormerIdentity, resource.RenameSource }.OfType<string>())
            {
                var reference = new ObjectReference(resource.Type.Name, identity);
                if (existing.TryGetValue(reference, out var actual))
                {
                    existing[reference] = Own(resource.Type.Creator, actual, resource.Described, resource.Recorded?.Definition);
                }
            }
        }
    }

    /// <param name="actual">Not changed; it is returned itself where nothing has to be left out.</param>
    /// <param name="owners">The definitions whose parts are the object's own.</param>
    public static JsonObject Own(ICreateHandler handler, JsonObject actual, params ReadOnlySpan<JsonObject?> owners)
    {
        if (handler is not ISharingHandler sharing)
        {
            return actual;
        }

        var own = actual;
        if (sharing.SharedMembers.Any(actual.ContainsKey) && !IsNamed(sharing.SharedMembers, owners))
        {
            own = (JsonObject)actual.DeepClone();
            foreach (var member in sharing.SharedMembers)
            {
                own.Remove(member);
            }
        }

        foreach (var part in sharing.SharedParts)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var owner in owners)
            {
                names.UnionWith(NamesIn(owner?[part]));
            }

            if (NamesIn(actual[part]).All(names.Contains))
            {
                continue;
            }

            own = ReferenceEquals(own, actual) ? (JsonObject)actual.DeepClone() : own;
            own[part]!.AsArray().RemoveAll(element => (string?)element?["name"] is not { } name || !names.Contains(name));
            if (own[part]!.AsArray().Count == 0)
            {
                own.Remove(part);
            }
        }

        return own;
    }

    private static bool IsNamed(IReadOnlyCollection<string> members, ReadOnlySpan<JsonObject?> owners)
    {
        foreach (var owner in owners)
        {
            if (owner is not null && members.Any(owner.ContainsKey))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> NamesIn(JsonNode? part) => (part as JsonArray ?? []).Select(element => (string?)element?["name"]).OfType<string>();
}
