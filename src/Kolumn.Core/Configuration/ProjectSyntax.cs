using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Everything the files of a project declare, as one namespace in which order means nothing. Names are unique, labels are
/// complete, and what is not understood has been said.
/// </summary>
internal sealed class ProjectSyntax
{
    private static readonly string[] Known = ["create", "variable", "locals", "output", "provider", "migration", "kolumn", "terraform"];

    private static readonly Dictionary<string, string> NotYet = new(StringComparer.Ordinal)
    {
        ["discover"] = "objects that exist already are read by plan and adopted when they equal the configuration",
        ["module"] = "move the module's blocks into this directory",
        ["data"] = "name the object, or pass what is known about it in a variable",
        ["resource"] = "a resource is declared with create TYPE NAME",
        ["state"] = "the state is kept in .kolumn beside the configuration",
        ["sql"] = "write the text as a heredoc where it is needed",
        ["moved"] = "rename the block; an object that exists and equals it is adopted",
        ["import"] = "an object that exists and equals its create block is adopted by apply",
    };

    private readonly Dictionary<string, SourceRange> _defined = new(StringComparer.Ordinal);
    private readonly DiagnosticList _diagnostics;

    private ProjectSyntax(DiagnosticList diagnostics) => _diagnostics = diagnostics;

    public OrderedDictionary<string, VariableBlock> Variables { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, LocalValue> Locals { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, OutputBlock> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>By instance.</summary>
    public OrderedDictionary<string, ProviderBlock> Providers { get; } = new(StringComparer.Ordinal);

    /// <summary>By address.</summary>
    public OrderedDictionary<string, ResourceBlock> Resources { get; } = new(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public OrderedDictionary<string, MigrationBlock> Migrations { get; } = new(StringComparer.Ordinal);

    /// <summary>The types of which there is a resource: the roots that a reference to one may have.</summary>
    public HashSet<string> ResourceTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>From <c>required_providers</c>, by id.</summary>
    public Dictionary<string, ObjectExpression> ProviderRequirements { get; } = new(StringComparer.Ordinal);

    public static ProjectSyntax Collect(IEnumerable<ConfigFile> files, DiagnosticList diagnostics)
    {
        var project = new ProjectSyntax(diagnostics);
        foreach (var item in files.SelectMany(f => f.Body.Items))
        {
            if (item is BlockSyntax block)
            {
                project.Add(block);
            }
            else if (item is AttributeSyntax attribute)
            {
                diagnostics.Error(
                    CoreCodes.UnknownBlock, attribute.NameRange, "Attribute outside of a block",
                    $"A configuration consists of blocks. If \"{attribute.Name}\" is a value to be used in several places, put it into a locals block.");
            }
        }

        return project;
    }

    private void Add(BlockSyntax block)
    {
        switch (block.Type)
        {
            case "variable" when HasLabels(block, 1, 1, "variable \"name\""):
                AddOnce(Variables, block.Label(0)!, new VariableBlock(block.Label(0)!, block), $"var.{block.Label(0)}", block.HeaderRange);
                break;
            case "output" when HasLabels(block, 1, 1, "output \"name\""):
                AddOnce(Outputs, block.Label(0)!, new OutputBlock(block.Label(0)!, block), $"output {block.Label(0)}", block.HeaderRange);
                break;
            case "provider" when HasLabels(block, 1, 2, "provider \"name\" or provider \"name\" \"alias\""):
                var provider = new ProviderBlock(block.Label(0)!, block.Label(1) ?? AliasAttribute(block), block);
                AddOnce(Providers, provider.Instance, provider, $"provider {provider.Instance}", block.HeaderRange);
                break;
            case "create" when HasLabels(block, 2, 2, "create TYPE NAME"):
                var resource = new ResourceBlock(block.Label(0)!, block.Label(1)!, block);
                if (HasValidName(block, 0) && HasValidName(block, 1))
                {
                    ResourceTypes.Add(resource.Type);
                    AddOnce(Resources, resource.Address, resource, resource.Address, block.HeaderRange);
                }

                break;
            case "migration" when HasLabels(block, 1, 1, "migration \"name\""):
                AddOnce(Migrations, block.Label(0)!, new MigrationBlock(block.Label(0)!, block), $"migration {block.Label(0)}", block.HeaderRange);
                break;
            case "locals" when HasLabels(block, 0, 0, "locals"):
                AddLocals(block);
                break;
            case "kolumn" or "terraform" when HasLabels(block, 0, 0, block.Type):
                AddSettings(block);
                break;
            default:
                if (!Known.Contains(block.Type))
                {
                    ReportUnknown(block);
                }

                break;
        }
    }

    private void AddLocals(BlockSyntax block)
    {
        foreach (var attribute in block.Body.Attributes)
        {
            AddOnce(Locals, attribute.Name, new LocalValue(attribute.Name, attribute), $"local.{attribute.Name}", attribute.NameRange);
        }

        foreach (var inner in block.Body.Blocks)
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, inner.HeaderRange, "Block in locals", $"locals holds attributes. Write {inner.Type} = {{ … }}.");
        }
    }

    /// <summary>Of the settings only required_providers means something here; the rest is said to be unread rather than passed over.</summary>
    private void AddSettings(BlockSyntax block)
    {
        foreach (var item in block.Body.Items)
        {
            if (item is BlockSyntax { Type: "required_providers" } required)
            {
                foreach (var attribute in required.Body.Attributes)
                {
                    if (attribute.Expression is ObjectExpression requirement)
                    {
                        ProviderRequirements[attribute.Name] = requirement;
                    }
                    else
                    {
                        _diagnostics.Error(CoreCodes.InvalidBlock, attribute.Range, "Not a provider requirement", $"Write {attribute.Name} = {{ source = \"…\", version = \"…\" }}.");
                    }
                }
            }
            else
            {
                var (name, place) = item is BlockSyntax b ? (b.Type, b.HeaderRange) : (((AttributeSyntax)item).Name, ((AttributeSyntax)item).NameRange);
                _diagnostics.Warning(CoreCodes.UnsupportedBlock, place, "Setting without effect", $"Of a {block.Type} block only required_providers is read; \"{name}\" changes nothing and can be removed.");
            }
        }
    }

    private void AddOnce<T>(OrderedDictionary<string, T> all, string name, T declaration, string shown, SourceRange place)
    {
        if (_defined.TryAdd(shown, place))
        {
            all.Add(name, declaration);
        }
        else
        {
            _diagnostics.Error(CoreCodes.DuplicateDefinition, place, "Defined twice", $"\"{shown}\" is defined at {_defined[shown]} already. Rename or remove one of the two.");
        }
    }

    private bool HasLabels(BlockSyntax block, int least, int most, string form)
    {
        if (block.Labels.Count >= least && block.Labels.Count <= most && block.Labels.All(l => l.Text.Length > 0))
        {
            return true;
        }

        _diagnostics.Error(CoreCodes.InvalidBlock, block.HeaderRange, "Wrong number of labels", $"The block is written {form} {{ … }}.");
        return false;
    }

    private bool HasValidName(BlockSyntax block, int label)
    {
        if (Identifiers.IsValid(block.Label(label)!))
        {
            return true;
        }

        _diagnostics.Error(
            CoreCodes.InvalidBlock, block.Labels[label].Range, "Not a name",
            "Types and names of resources consist of letters, digits, underscores and dashes, because references spell them. An object's own name may hold anything: give it with name = \"…\".");
        return false;
    }

    private void ReportUnknown(BlockSyntax block)
    {
        if (NotYet.TryGetValue(block.Type, out var instead))
        {
            _diagnostics.Error(
                CoreCodes.UnsupportedBlock, block.TypeRange, $"\"{block.Type}\" blocks are not part of this version", $"Nothing would come of it. Instead: {instead}.");
        }
        else
        {
            _diagnostics.Error(
                CoreCodes.UnknownBlock, block.TypeRange, $"Unknown block \"{block.Type}\"",
                $"A configuration consists of create, variable, locals, output, provider and migration blocks.{DidYouMean.Ask(block.Type, Known.Concat(NotYet.Keys))}");
        }
    }

    /// <summary>Terraform's way of naming an instance, which files brought along use.</summary>
    private static string? AliasAttribute(BlockSyntax block) =>
        block.Body.Attribute("alias")?.Expression is LiteralExpression { Value.Kind: ValueKind.String } alias ? alias.Value.AsString() : null;
}
