using Kolumn.Language.Internal;
using Kolumn.Language.Syntax;

namespace Kolumn.Language;

/// <summary>What parsing gave: always a tree, of whatever could be understood, and everything that is wrong in the order of the text.</summary>
public sealed record ParseResult<T>(T Tree, IReadOnlyList<LanguageDiagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == LanguageSeverity.Error);
}

/// <summary>
/// Parses the native syntax of HCL2. Never throws for what the text contains, takes time linear in its length, and goes on after a
/// mistake at the next attribute or block.
/// </summary>
public static class KlParser
{
    /// <summary>
    /// Parses a `.kl` or `.klvars` file:
    /// 1. the text becomes tokens;
    /// 2. the tokens become attributes, blocks and expressions;
    /// 3. the diagnostics of both are put in the order of the text.
    /// </summary>
    public static ParseResult<ConfigFile> Parse(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var diagnostics = new DiagnosticBag();
        var tokens = Lexer.Tokenize(source, diagnostics); // 1.
        var reader = new TokenReader(source, tokens, diagnostics);
        var body = new BodyParser(reader, new ExpressionParser(reader)).ParseFile(); // 2.
        return new ParseResult<ConfigFile>(new ConfigFile(source, body), diagnostics.InSourceOrder()); // 3.
    }

    /// <summary>
    /// Parses a text that is a template as a whole, e.g. of an SQL file with <c>${ }</c> in it: like the content of a heredoc, without
    /// escapes by backslash.
    /// </summary>
    public static ParseResult<Expression> ParseTemplate(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var diagnostics = new DiagnosticBag();
        var tokens = Lexer.Tokenize(source, diagnostics, isTemplate: true);
        var expression = new ExpressionParser(new TokenReader(source, tokens, diagnostics)).ParseTerm();
        var whole = source.RangeOf(0, source.Text.Length);
        return new ParseResult<Expression>(expression ?? new InvalidExpression(whole), diagnostics.InSourceOrder());
    }

    /// <summary>Parses a single expression, e.g. of <c>-var name=value</c>. Line breaks within it mean nothing.</summary>
    public static ParseResult<Expression> ParseExpression(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var diagnostics = new DiagnosticBag();
        var tokens = Lexer.Tokenize(source, diagnostics);
        var reader = new TokenReader(source, tokens, diagnostics) { SkipsNewlines = true };
        var expression = new ExpressionParser(reader).Parse();
        reader.SkipsNewlines = true;
        if (expression is not null && reader.PeekKind != TokenKind.EndOfFile)
        {
            var found = reader.Peek();
            reader.Unexpected<Expression>(found, LanguageCodes.InvalidExpression, "Text after the expression",
                $"The expression was expected to end before {reader.Describe(found)}. Remove it, or look for a missing operator or quote.");
        }

        var whole = source.RangeOf(0, source.Text.Length);
        return new ParseResult<Expression>(expression ?? new InvalidExpression(whole), diagnostics.InSourceOrder());
    }
}
