namespace Kolumn.Language.Internal;

/// <summary>Where the lexer is within templates, and how far it had come when it got there, so that it can go back.</summary>
internal sealed class LexerMode(LexerModeKind kind, int start, int tokenCount, int diagnosticCount)
{
    public LexerModeKind Kind => kind;

    public int Start => start;

    public int TokenCount => tokenCount;

    public int DiagnosticCount => diagnosticCount;

    /// <summary>The braces open within a sequence, which are not its own.</summary>
    public int Braces { get; set; }

    /// <summary>The word that ends a heredoc.</summary>
    public string Marker { get; init; } = "";

    /// <summary>The end of that word where the heredoc starts.</summary>
    public int HeaderEnd { get; init; }
}

internal enum LexerModeKind
{
    /// <summary>The text of a quoted string.</summary>
    Quoted,

    /// <summary>The lines of a heredoc.</summary>
    Heredoc,

    /// <summary>The lines of a text that is a template as a whole.</summary>
    Template,

    /// <summary>Within <c>${ }</c> or <c>%{ }</c>.</summary>
    Sequence,
}
