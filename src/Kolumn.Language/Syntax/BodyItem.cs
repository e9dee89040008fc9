namespace Kolumn.Language.Syntax;

/// <summary>An attribute or a block.</summary>
/// <param name="Range">All of it, from the first character of its name to its last.</param>
public abstract record BodyItem(SourceRange Range);
