namespace Kolumn.Language.Syntax;

/// <summary>The content of a file or a block: attributes and blocks as they were written, and lookups by name.</summary>
public sealed class Body
{
    private readonly Dictionary<string, AttributeSyntax> _attributesByName;

    internal Body(IReadOnlyList<BodyItem> items, SourceRange range)
    {
        Items = items;
        Range = range;
        Attributes = [.. items.OfType<AttributeSyntax>()];
        Blocks = [.. items.OfType<BlockSyntax>()];
        _attributesByName = new Dictionary<string, AttributeSyntax>(Attributes.Count, StringComparer.Ordinal);
        foreach (var attribute in Attributes)
        {
            _attributesByName.TryAdd(attribute.Name, attribute);
        }
    }

    /// <summary>Attributes and blocks in the order of the text.</summary>
    public IReadOnlyList<BodyItem> Items { get; }

    /// <summary>The attributes in the order of the text. A name written twice is here twice; the parser has reported it.</summary>
    public IReadOnlyList<AttributeSyntax> Attributes { get; }

    public IReadOnlyList<BlockSyntax> Blocks { get; }

    /// <summary>Everything between the braces, or the whole file.</summary>
    public SourceRange Range { get; }

    /// <summary>The first attribute of this name, or null.</summary>
    public AttributeSyntax? Attribute(string name) => _attributesByName.GetValueOrDefault(name);

    /// <summary>The blocks of this type in the order of the text.</summary>
    public IEnumerable<BlockSyntax> BlocksOf(string type) => Blocks.Where(b => b.Type == type);
}
