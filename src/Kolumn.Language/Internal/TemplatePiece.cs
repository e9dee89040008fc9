using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>A piece of a template before its directives are put into each other.</summary>
internal sealed record TemplatePiece(TemplatePieceKind Kind, SourceRange Range)
{
    public string Text { get; init; } = "";

    /// <summary>What an interpolation shows, an if asks or a for goes through.</summary>
    public Expression? Expression { get; init; }

    public string? KeyName { get; init; }

    public string ValueName { get; init; } = "";

    public bool StripsBefore { get; init; }

    public bool StripsAfter { get; init; }
}

internal enum TemplatePieceKind
{
    Text,
    Interpolation,
    If,
    Else,
    EndIf,
    For,
    EndFor,
}
