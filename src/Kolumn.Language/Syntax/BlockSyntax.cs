namespace Kolumn.Language.Syntax;

/// <summary><c>type "label" label { … }</c>.</summary>
/// <param name="Type">The word the block starts with.</param>
/// <param name="TypeRange">Where that word stands.</param>
/// <param name="Labels">The labels, quoted or not, in order.</param>
/// <param name="HeaderRange">Type and labels without the brace: the place for what concerns the block as a whole.</param>
/// <param name="Body">What is between the braces.</param>
/// <param name="Range">Header, braces and body.</param>
public sealed record BlockSyntax(
    string Type,
    SourceRange TypeRange,
    IReadOnlyList<BlockLabel> Labels,
    SourceRange HeaderRange,
    Body Body,
    SourceRange Range) : BodyItem(Range)
{
    /// <summary>The text of the label at the place, or null when there are fewer.</summary>
    public string? Label(int index) => index < Labels.Count ? Labels[index].Text : null;
}

/// <summary>A label of a block.</summary>
/// <param name="Text">Without quotes, escapes resolved.</param>
/// <param name="Range">Including the quotes.</param>
/// <param name="IsQuoted">Written as a string and not as a bare word.</param>
public sealed record BlockLabel(string Text, SourceRange Range, bool IsQuoted);
