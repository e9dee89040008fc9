using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>
/// Parses quoted strings and heredocs:
/// 1. the tokens become a flat list of pieces, with escapes resolved;
/// 2. the indentation common to the lines of a <c>&lt;&lt;-</c> heredoc goes;
/// 3. strip markers take the spaces from the text next to them;
/// 4. pieces of text that meet are joined, and directives become a tree (<see cref="TemplateTree"/>).
/// </summary>
internal sealed class TemplateParser(TokenReader reader, ExpressionParser expressions)
{
    private static readonly Value EmptyText = Value.Of("");

    public Expression? Parse()
    {
        var open = reader.Read();
        var skipped = reader.SkipsNewlines;
        reader.SkipsNewlines = false;
        if (open.Kind == TokenKind.OpenQuote && TryParsePlain(open) is { } plain)
        {
            reader.SkipsNewlines = skipped;
            return plain;
        }

        var isHeredoc = open.Kind == TokenKind.OpenHeredoc;
        var pieces = ParsePieces(open, isHeredoc ? TokenKind.CloseHeredoc : TokenKind.CloseQuote);
        if (pieces is null)
        {
            return null;
        }

        reader.SkipsNewlines = skipped;
        var range = reader.RangeFrom(open.Start);
        if (isHeredoc && open.End > open.Start && reader.Source.Text[open.Start + 2] == '-')
        {
            RemoveIndentation(pieces);
        }

        Strip(pieces);
        var parts = new TemplateTree(reader, Join(pieces)).Build();
        return parts switch
        {
            null => null,
            { Length: 0 } => new LiteralExpression(Value.Of(""), range),
            [TemplateText text] => new LiteralExpression(Value.Of(text.Text), range),
            var several => new TemplateExpression(several.Value, range),
        };
    }

    /// <summary>The common case without detours: a quoted string of text alone.</summary>
    private LiteralExpression? TryParsePlain(Token open)
    {
        var text = reader.Peek();
        if (text.Kind == TokenKind.CloseQuote)
        {
            reader.Read();
            return new LiteralExpression(EmptyText, reader.RangeFrom(open.Start));
        }

        if (text.Kind != TokenKind.TemplateText || reader.PeekSecond().Kind != TokenKind.CloseQuote)
        {
            return null;
        }

        reader.Read();
        reader.Read();
        return new LiteralExpression(Value.Of(EscapeSequences.Resolve(reader, text, isQuoted: true)), reader.RangeFrom(open.Start));
    }

    // 1.
    private List<TemplatePiece>? ParsePieces(Token open, TokenKind end)
    {
        var pieces = new List<TemplatePiece>();
        while (true)
        {
            var next = reader.Read();
            if (next.Kind == end)
            {
                return pieces;
            }

            TemplatePiece? piece;
            switch (next.Kind)
            {
                case TokenKind.TemplateText:
                    var text = EscapeSequences.Resolve(reader, next, isQuoted: end == TokenKind.CloseQuote);
                    piece = new TemplatePiece(TemplatePieceKind.Text, reader.RangeOf(next)) { Text = text };
                    break;
                case TokenKind.OpenInterpolation or TokenKind.OpenDirective:
                    piece = ParseSequence(next);
                    break;
                default:
                    return reader.Unexpected<List<TemplatePiece>>(next, LanguageCodes.InvalidTemplate, "Invalid template",
                        $"Text or the end of the string was expected, not {reader.Describe(next)}.", reader.RangeFrom(open.Start));
            }

            if (piece is null)
            {
                return null;
            }

            pieces.Add(piece);
        }
    }

    private TemplatePiece? ParseSequence(Token open)
    {
        reader.SkipsNewlines = true;
        var piece = open.Kind == TokenKind.OpenInterpolation ? ParseInterpolation(open) : ParseDirective(open);
        if (piece is null)
        {
            return null;
        }

        var close = reader.Peek();
        if (!reader.TryRead(TokenKind.CloseSequence))
        {
            var sign = reader.Source.Text.Substring(open.Start, 2);
            return reader.Unexpected<TemplatePiece>(close, LanguageCodes.InvalidTemplate, "Missing closing brace",
                $"The closing brace of the template sequence was expected, not {reader.Describe(close)}. If {sign} is meant as text, write {sign[0]}{sign}.",
                reader.RangeFrom(open.Start));
        }

        reader.SkipsNewlines = false;
        return piece with
        {
            Range = reader.RangeFrom(open.Start),
            StripsBefore = open.End - open.Start == 3,
            StripsAfter = close.End - close.Start == 2,
        };
    }

    private TemplatePiece? ParseInterpolation(Token open)
    {
        var expression = expressions.Parse();
        return expression is null ? null : new TemplatePiece(TemplatePieceKind.Interpolation, reader.RangeOf(open)) { Expression = expression };
    }

    private TemplatePiece? ParseDirective(Token open)
    {
        var word = reader.Read();
        var range = reader.RangeOf(open);
        switch (word.Kind == TokenKind.Identifier ? reader.TextOf(word) : "")
        {
            case "if":
                var condition = expressions.Parse();
                return condition is null ? null : new TemplatePiece(TemplatePieceKind.If, range) { Expression = condition };
            case "else":
                return new TemplatePiece(TemplatePieceKind.Else, range);
            case "endif":
                return new TemplatePiece(TemplatePieceKind.EndIf, range);
            case "for":
                return new CollectionParser(reader, expressions).ParseForHead() is var (key, value, collection)
                    ? new TemplatePiece(TemplatePieceKind.For, range) { KeyName = key, ValueName = value, Expression = collection }
                    : null;
            case "endfor":
                return new TemplatePiece(TemplatePieceKind.EndFor, range);
            default:
                return reader.Unexpected<TemplatePiece>(word, LanguageCodes.InvalidTemplate, "Invalid directive",
                    $"A directive begins with if, else, endif, for or endfor, not {reader.Describe(word)}. If %{{ is meant as text, write %%{{.",
                    reader.RangeFrom(open.Start));
        }
    }

    // 2.
    private static void RemoveIndentation(List<TemplatePiece> pieces)
    {
        var common = int.MaxValue;
        foreach (var (piece, startsLine) in ByLine(pieces))
        {
            if (startsLine && !IsBlankLine(piece))
            {
                common = Math.Min(common, piece.Text.Length - piece.Text.AsSpan().TrimStart().Length);
            }
        }

        for (var i = 0; i < pieces.Count; i++)
        {
            var startsLine = i == 0 || pieces[i - 1].Text.EndsWith('\n');
            if (startsLine && pieces[i].Kind == TemplatePieceKind.Text && !IsBlankLine(pieces[i]))
            {
                pieces[i] = pieces[i] with { Text = pieces[i].Text[common..] };
            }
        }
    }

    private static IEnumerable<(TemplatePiece Piece, bool StartsLine)> ByLine(List<TemplatePiece> pieces) =>
        pieces.Select((piece, i) => (piece, i == 0 || pieces[i - 1].Text.EndsWith('\n')));

    private static bool IsBlankLine(TemplatePiece piece) =>
        piece.Kind == TemplatePieceKind.Text && piece.Text.EndsWith('\n') && string.IsNullOrWhiteSpace(piece.Text);

    // 3.
    private static void Strip(List<TemplatePiece> pieces)
    {
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].StripsBefore && i > 0 && pieces[i - 1].Kind == TemplatePieceKind.Text)
            {
                pieces[i - 1] = pieces[i - 1] with { Text = pieces[i - 1].Text.TrimEnd() };
            }

            if (pieces[i].StripsAfter && i + 1 < pieces.Count && pieces[i + 1].Kind == TemplatePieceKind.Text)
            {
                pieces[i + 1] = pieces[i + 1] with { Text = pieces[i + 1].Text.TrimStart() };
            }
        }
    }

    // 4.
    private static List<TemplatePiece> Join(List<TemplatePiece> pieces)
    {
        var joined = new List<TemplatePiece>(pieces.Count);
        for (var i = 0; i < pieces.Count;)
        {
            var end = i + 1;
            if (pieces[i].Kind == TemplatePieceKind.Text)
            {
                while (end < pieces.Count && pieces[end].Kind == TemplatePieceKind.Text)
                {
                    end++;
                }
            }

            var run = pieces[i..end];
            i = end;
            if (run.Count == 1 && (run[0].Kind != TemplatePieceKind.Text || run[0].Text.Length > 0))
            {
                joined.Add(run[0]);
            }
            else if (string.Concat(run.Select(p => p.Text)) is { Length: > 0 } text)
            {
                joined.Add(run[0] with { Text = text, Range = run[0].Range.To(run[^1].Range) });
            }
        }

        if (joined is [{ Kind: TemplatePieceKind.Interpolation } only] && pieces.Count > 1)
        {
            // Text stood beside the sequence and was stripped: the template is a string all the same.
            joined.Add(new TemplatePiece(TemplatePieceKind.Text, only.Range.After()));
        }

        return joined;
    }
}
