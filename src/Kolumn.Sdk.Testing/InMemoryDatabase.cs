using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Testing;

/// <summary>What an <see cref="InMemoryRuntime"/> manages: definitions by type and name. A test changes it to act behind the runtime's back.</summary>
public sealed class InMemoryDatabase
{
    private readonly ConcurrentDictionary<(string Type, string Name), JsonObject> _objects = new();

    /// <summary>The definitions of these names, of all without any, in the order of their names.</summary>
    public IEnumerable<JsonObject> Find(string type, IReadOnlyCollection<string>? names) => _objects
        .Where(o => o.Key.Type == type && (names is null || names.Contains(o.Key.Name)))
        .OrderBy(o => o.Key.Name, StringComparer.Ordinal)
        .Select(o => (JsonObject)o.Value.DeepClone());

    public void Put(string type, string name, JsonObject definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _objects[(type, name)] = (JsonObject)definition.DeepClone();
    }

    /// <returns>Whether there was one.</returns>
    public bool Remove(string type, string name) => _objects.TryRemove((type, name), out _);
}
