using System.Text.Json.Nodes;
using Kolumn.Language;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Discovering;

/// <summary>
/// Which texts in the configurations of resources name another one of them, by the schemas' <c>references</c>. Such a text becomes the
/// other one's address unless it is not certain which is meant, or the addresses would run in a circle; then the name stays.
/// </summary>
internal sealed class ResourceLinks
{
    private readonly IReadOnlyList<FoundResource> _resources;
    private readonly Dictionary<(string Type, string Name), int> _byName = [];
    private readonly HashSet<(int From, int To)> _closing = [];

    /// <summary>
    /// 1. Every resource is known by its names.
    /// 2. What names another one is an edge.
    /// 3. A depth-first walk, without recursion, finds the edges that close a circle.
    /// </summary>
    public ResourceLinks(IReadOnlyList<FoundResource> resources)
    {
        _resources = resources;

        // 1
        for (var i = 0; i < resources.Count; i++)
        {
            foreach (var name in NamesOf(resources[i].Found).Distinct(StringComparer.Ordinal))
            {
                _byName[(resources[i].Kind.Type, name)] = _byName.ContainsKey((resources[i].Kind.Type, name)) ? Ambiguous : i;
            }
        }

        // 2, 3
        var edges = resources.Select((r, i) => Targets(r).Where(t => t != i).Distinct().ToList()).ToList();
        var marks = new Mark[resources.Count];
        for (var i = 0; i < resources.Count; i++)
        {
            Visit(i, edges, marks);
        }
    }

    private const int Ambiguous = -1;

    /// <summary>The address that a text of this resource stands for; null when the text is to be kept.</summary>
    public string? AddressOf(int resource, AttributeSchema schema, string text) =>
        Target(_resources[resource], schema, text) is { } target && target != resource && !_closing.Contains((resource, target)) ? _resources[target].Address : null;

    private void Visit(int start, List<List<int>> edges, Mark[] marks)
    {
        var path = new Stack<(int Node, int Next)>();
        if (marks[start] == Mark.New)
        {
            marks[start] = Mark.Open;
            path.Push((start, 0));
        }

        while (path.TryPop(out var frame))
        {
            if (frame.Next == edges[frame.Node].Count)
            {
                marks[frame.Node] = Mark.Done;
                continue;
            }

            path.Push((frame.Node, frame.Next + 1));
            var next = edges[frame.Node][frame.Next];
            if (marks[next] == Mark.New)
            {
                marks[next] = Mark.Open;
                path.Push((next, 0));
            }
            else if (marks[next] == Mark.Open)
            {
                _closing.Add((frame.Node, next));
            }
        }
    }

    private IEnumerable<int> Targets(FoundResource resource) =>
        Texts(resource.Found.Config, new AttributeSchema { Type = AttributeTypes.Object, Attributes = resource.Kind.ConfigSchema.Attributes })
            .Select(t => Target(resource, t.Schema, t.Text))
            .OfType<int>();

    private int? Target(FoundResource resource, AttributeSchema schema, string text)
    {
        foreach (var type in schema.References ?? [])
        {
            if (_byName.TryGetValue((resource.Prefix + type, text), out var target) && target != Ambiguous)
            {
                return target;
            }
        }

        return null;
    }

    private static IEnumerable<(AttributeSchema Schema, string Text)> Texts(JsonNode? value, AttributeSchema? schema) => value switch
    {
        JsonArray elements => elements.SelectMany(e => Texts(e, schema?.Elem)),
        JsonObject members => members.SelectMany(m => Texts(m.Value, KlText.MemberOf(schema, m.Key))),
        _ => schema?.References is not null && KlText.TextOf(value) is { } text ? [(schema, text)] : [],
    };

    /// <summary>
    /// The ways in which others name it: with its schema as recorded; without, where its own configuration does without. A name with
    /// a dot or a quote in it stands in quotes beside a schema.
    /// </summary>
    private static IEnumerable<string> NamesOf(DiscoveredResource resource)
    {
        var schema = KlText.TextOf(resource.State["schema"]) ?? KlText.TextOf(resource.Config["schema"]);
        if (schema is null)
        {
            return [resource.Name];
        }

        var qualified = $"{Part(schema)}.{Part(resource.Name)}";
        return resource.Config["schema"] is null ? [qualified, Part(resource.Name)] : [qualified];
    }

    private static string Part(string name) =>
        name.AsSpan().IndexOfAny('.', '"') < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private enum Mark
    {
        New,
        Open,
        Done,
    }
}

/// <param name="Label">Its name in the configuration.</param>
/// <param name="Prefix">Of its provider's types, <c>postgres_</c>.</param>
internal sealed record FoundResource(DiscoveredResource Found, ResourceKind Kind, string Label, string Prefix)
{
    public string Address => $"{Kind.Type}.{Label}";
}
