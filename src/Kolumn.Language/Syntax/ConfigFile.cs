namespace Kolumn.Language.Syntax;

/// <summary>A parsed file.</summary>
public sealed record ConfigFile(SourceText Source, Body Body);
