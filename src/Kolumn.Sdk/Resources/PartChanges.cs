using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Resources;

/// <summary>Which named parts of an object, such as a table's columns, a planned update touches: the paths of its changes read back.</summary>
public static class PartChanges
{
    /// <param name="list">The attribute that holds the parts: <c>columns</c>.</param>
    /// <param name="matters">Told the part's attribute, empty for the part as a whole, and its change.</param>
    /// <returns>The names of the parts.</returns>
    public static IReadOnlySet<string> Named(IReadOnlyDictionary<string, AttributeChange> changes, string list, Func<string, AttributeChange, bool> matters)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(matters);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, change) in changes)
        {
            if (path.StartsWith(list, StringComparison.Ordinal) && Divide(path[list.Length..]) is var (name, attribute) && matters(attribute, change))
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>What follows <c>columns</c>: <c>.email.type</c>, <c>["a.b"].type</c>, or the name alone; null when it names no part.</summary>
    private static (string Name, string Attribute)? Divide(string rest)
    {
        if (rest.StartsWith("[\"", StringComparison.Ordinal) && rest.LastIndexOf("\"]", StringComparison.Ordinal) is var close and > 1)
        {
            return (rest[2..close], rest[(close + 2)..].TrimStart('.'));
        }

        if (!rest.StartsWith('.'))
        {
            return null;
        }

        var dot = rest.IndexOf('.', 1);
        return dot < 0 ? (rest[1..], "") : (rest[1..dot], rest[(dot + 1)..]);
    }
}
