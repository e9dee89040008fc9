using Kolumn.Language;
using Kolumn.Language.Syntax;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Which locals and resources need which: an order in which each can be computed after what it needs, and for every resource the
/// ones it refers to, also by way of locals. A resource that refers to itself needs nothing for that.
/// </summary>
internal sealed class ReferenceGraph
{
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    private ReferenceGraph()
    {
    }

    /// <summary><c>local.name</c> and addresses, each after what it needs; otherwise in the order of the text.</summary>
    public IReadOnlyList<string> Order => _order;

    /// <summary>The addresses that the node refers to without another resource in between.</summary>
    public IReadOnlyList<string> ResourcesOf(string node) => _nodes.TryGetValue(node, out var found) ? found.Resources : [];

    /// <summary>
    /// 1. The references of every local and resource become edges.
    /// 2. A depth-first walk, without recursion, orders them and finds cycles.
    /// 3. In that order, resources reached by way of locals are gathered.
    /// </summary>
    public static ReferenceGraph Build(ProjectSyntax project, DiagnosticList diagnostics)
    {
        var graph = new ReferenceGraph();

        // 1
        foreach (var local in project.Locals.Values)
        {
            graph._nodes[$"local.{local.Name}"] = new Node(local.Syntax.NameRange, Edges(References.Of(local.Syntax.Expression), project), isResource: false);
        }

        foreach (var resource in project.Resources.Values)
        {
            var edges = Edges(References.Of(resource.Syntax.Body), project)
                .Concat(QuotedDependencies(resource, project))
                .Where(e => e != resource.Address)
                .Distinct(StringComparer.Ordinal);
            graph._nodes[resource.Address] = new Node(resource.Place, [.. edges], isResource: true);
        }

        // 2
        foreach (var name in graph._nodes.Keys)
        {
            graph.Visit(name, diagnostics);
        }

        // 3
        foreach (var node in graph._order.Select(name => graph._nodes[name]))
        {
            node.Resources =
            [
                .. node.Edges
                    .SelectMany(e => graph._nodes[e] is { IsResource: true } ? [e] : graph._nodes[e].Resources)
                    .Distinct(StringComparer.Ordinal),
            ];
        }

        return graph;
    }

    private static IReadOnlyList<string> Edges(IEnumerable<Reference> references, ProjectSyntax project)
    {
        var edges = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var reference in references)
        {
            if (reference.Root == "local" && reference.Name(0) is { } local && project.Locals.ContainsKey(local))
            {
                edges[$"local.{local}"] = true;
            }
            else if (project.ResourceTypes.Contains(reference.Root))
            {
                if (reference.Name(0) is { } name)
                {
                    if (project.Resources.ContainsKey($"{reference.Root}.{name}"))
                    {
                        edges[$"{reference.Root}.{name}"] = true;
                    }
                }
                else
                {
                    // The name is computed: it may be any of the type.
                    foreach (var resource in project.Resources.Values.Where(r => r.Type == reference.Root))
                    {
                        edges[resource.Address] = true;
                    }
                }
            }
        }

        return [.. edges.Keys];
    }

    /// <summary><c>depends_on = ["type.name"]</c>: addresses in quotes are edges like references.</summary>
    private static IEnumerable<string> QuotedDependencies(ResourceBlock resource, ProjectSyntax project) =>
        resource.Syntax.Body.Attribute("depends_on")?.Expression is TupleExpression list
            ? list.Elements.OfType<LiteralExpression>()
                .Where(e => e.Value.Kind == ValueKind.String)
                .Select(e => e.Value.AsString())
                .Where(project.Resources.ContainsKey)
            : [];

    private void Visit(string start, DiagnosticList diagnostics)
    {
        if (_nodes[start].Mark != Mark.New)
        {
            return;
        }

        var path = new Stack<(string Name, int Next)>();
        Enter(start, path);
        while (path.TryPop(out var frame))
        {
            var node = _nodes[frame.Name];
            if (frame.Next == node.Edges.Count)
            {
                node.Mark = Mark.Done;
                _order.Add(frame.Name);
                continue;
            }

            path.Push((frame.Name, frame.Next + 1));
            var next = node.Edges[frame.Next];
            if (_nodes[next].Mark == Mark.New)
            {
                Enter(next, path);
            }
            else if (_nodes[next].Mark == Mark.Open)
            {
                ReportCycle(next, path, diagnostics);
            }
        }
    }

    private void Enter(string name, Stack<(string Name, int Next)> path)
    {
        _nodes[name].Mark = Mark.Open;
        path.Push((name, 0));
    }

    private void ReportCycle(string closing, Stack<(string Name, int Next)> path, DiagnosticList diagnostics)
    {
        var members = path.Select(f => f.Name).TakeWhile(n => n != closing).Append(closing).Reverse().ToList();
        diagnostics.Error(
            members.Count == 1 ? CoreCodes.ReferenceCycle : Kolumn.Protocol.DiagnosticCodes.DependencyCycle,
            _nodes[closing].Place,
            "References run in a circle",
            $"{string.Join(" -> ", members.Append(closing))}: none of them can come first. "
            + "Break the circle by writing one of the names out instead of referring to it, or by moving what closes it into a resource of its own.");
    }

    private enum Mark
    {
        New,
        Open,
        Done,
    }

    private sealed class Node(SourceRange place, IReadOnlyList<string> edges, bool isResource)
    {
        public SourceRange Place { get; } = place;

        public IReadOnlyList<string> Edges { get; } = edges;

        public bool IsResource { get; } = isResource;

        public Mark Mark { get; set; }

        public IReadOnlyList<string> Resources { get; set; } = [];
    }
}
