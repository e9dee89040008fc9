namespace Kolumn.Language.Syntax;

/// <summary>The content of a file or a block: attributes and blocks as they were written, and lookups by name.</summary>
public sealed class Body
{
    /// <summary>Up to so many attributes are looked through; a dictionary for each small body would be most of a file's memory.</summary>
    private const int SmallCount = 8;

    private readonly Dictionary<string, AttributeSyntax>? _byName;

    internal Body(IReadOnlyList<BodyItem> items, SourceRange range)
    {
        Items = items;
        Range = range;
        var attributes = new List<AttributeSyntax>(items.Count);
        var blocks = new List<BlockSyntax>();
        foreach (var item in items)
        {
            if (item is AttributeSyntax attribute)
            {
                attributes.Add(attribute);
            }
            else if (item is BlockSyntax block)
            {
                blocks.Add(block);
            }
        }

        Attributes = attributes;
        Blocks = blocks;
        if (attributes.Count > SmallCount)
        {
            _byName = new Dictionary<string, AttributeSyntax>(attributes.Count, StringComparer.Ordinal);
            foreach (var attribute in attributes)
            {
                _byName.TryAdd(attribute.Name, attribute);
            }
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
    public AttributeSyntax? Attribute(string name)
    {
        if (_byName is not null)
        {
            return _byName.GetValueOrDefault(name);
        }

        foreach (var attribute in Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>The blocks of this type in the order of the text.</summary>
    public IEnumerable<BlockSyntax> BlocksOf(string type) => Blocks.Where(b => b.Type == type);
}
