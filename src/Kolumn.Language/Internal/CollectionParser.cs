using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Parses what stands in square brackets and braces: lists, objects and the for expressions that make them.</summary>
internal sealed class CollectionParser(TokenReader reader, ExpressionParser expressions)
{
    public Expression? ParseTuple()
    {
        var open = reader.Read();
        var skipped = reader.SkipsNewlines;
        reader.SkipsNewlines = true;
        if (IsFor())
        {
            return ParseFor(open, TokenKind.CloseBracket, skipped);
        }

        var elements = ImmutableArray.CreateBuilder<Expression>();
        while (!reader.TryRead(TokenKind.CloseBracket))
        {
            var element = expressions.Parse();
            if (element is null)
            {
                return null;
            }

            elements.Add(element);
            if (!reader.TryRead(TokenKind.Comma) && reader.PeekKind != TokenKind.CloseBracket)
            {
                return expressions.MissingClose<Expression>(open, "list", "]", ",");
            }
        }

        reader.SkipsNewlines = skipped;
        return new TupleExpression(elements.ToImmutable(), reader.RangeFrom(open.Start));
    }

    /// <summary>An object: here line breaks separate the members, as commas do.</summary>
    public Expression? ParseObject()
    {
        var open = reader.Read();
        var skipped = reader.SkipsNewlines;
        reader.SkipsNewlines = true;
        if (IsFor())
        {
            return ParseFor(open, TokenKind.CloseBrace, skipped);
        }

        var items = ImmutableArray.CreateBuilder<ObjectItem>();
        var names = new Dictionary<string, SourceRange>(StringComparer.Ordinal);
        while (true)
        {
            reader.SkipsNewlines = true;
            if (reader.TryRead(TokenKind.CloseBrace))
            {
                break;
            }

            reader.SkipsNewlines = false;
            SkipNewlines();
            var item = ParseItem(open);
            if (item is null)
            {
                return null;
            }

            items.Add(item);
            WarnIfRepeated(names, item.Key);
            if (!reader.TryRead(TokenKind.Comma) && reader.PeekKind is not (TokenKind.Newline or TokenKind.CloseBrace))
            {
                return MissingSeparator(open);
            }
        }

        reader.SkipsNewlines = skipped;
        return new ObjectExpression(items.ToImmutable(), reader.RangeFrom(open.Start));
    }

    /// <summary><c>for</c> and a name: the head of a for expression (or of a directive, whose keyword is read already).</summary>
    public (string? Key, string Value, Expression Collection)? ParseForHead()
    {
        var first = reader.Peek();
        if (!reader.TryRead(TokenKind.Identifier))
        {
            return Fail(first, $"A name for the element was expected after \"for\", not {reader.Describe(first)}.");
        }

        string? key = null;
        var value = reader.TextOf(first);
        if (reader.TryRead(TokenKind.Comma))
        {
            key = value;
            var second = reader.Peek();
            if (!reader.TryRead(TokenKind.Identifier))
            {
                return Fail(second, $"A second name, for the element, was expected after the comma, not {reader.Describe(second)}.");
            }

            value = reader.TextOf(second);
        }

        var word = reader.Peek();
        if (!reader.IsWord(word, "in"))
        {
            return Fail(word, $"The word \"in\" and the collection were expected, not {reader.Describe(word)}.");
        }

        reader.Read();
        var collection = expressions.Parse();
        return collection is null ? null : (key, value, collection);

        (string?, string, Expression)? Fail(Token found, string detail)
        {
            reader.Unexpected<Expression>(found, LanguageCodes.InvalidExpression, "Invalid for", detail);
            return null;
        }
    }

    /// <summary>The word "for" at the start is no name; only as the key of an object it is, where the grammar of HCL gives it up too.</summary>
    private bool IsFor() => reader.IsWord(reader.Peek(), "for") && reader.PeekSecond().Kind is not (TokenKind.Assign or TokenKind.Colon);

    private ForExpression? ParseFor(Token open, TokenKind close, bool skipped)
    {
        reader.Read();
        if (ParseForHead() is not var (keyName, valueName, collection))
        {
            return null;
        }

        var isObject = close == TokenKind.CloseBrace;
        if (!reader.TryRead(TokenKind.Colon))
        {
            return Invalid(reader.Peek(), "A colon was expected after the collection");
        }

        var value = expressions.Parse();
        Expression? key = null;
        if (value is not null && isObject)
        {
            if (!reader.TryRead(TokenKind.Arrow))
            {
                return Invalid(reader.Peek(), "An object is made from key => value, so the sign => was expected");
            }

            key = value;
            value = expressions.Parse();
        }
        else if (value is not null && reader.PeekKind == TokenKind.Arrow)
        {
            return Invalid(reader.Peek(), "Key and value make an object, which is written in braces instead of square brackets; a single value was expected");
        }

        if (value is null)
        {
            return null;
        }

        var grouped = isObject && reader.TryRead(TokenKind.Ellipsis);
        Expression? condition = null;
        if (reader.IsWord(reader.Peek(), "if"))
        {
            reader.Read();
            condition = expressions.Parse();
            if (condition is null)
            {
                return null;
            }
        }

        if (!reader.TryRead(close))
        {
            return expressions.MissingClose<ForExpression>(open, "for expression", isObject ? "}" : "]");
        }

        reader.SkipsNewlines = skipped;
        return new ForExpression(keyName, valueName, collection, key, value, condition, grouped, reader.RangeFrom(open.Start));

        ForExpression? Invalid(Token found, string expected) => reader.Unexpected<ForExpression>(
            found, LanguageCodes.InvalidExpression, "Invalid for", $"{expected}, not {reader.Describe(found)}.", reader.RangeFrom(open.Start));
    }

    private ObjectItem? ParseItem(Token open)
    {
        var first = reader.Peek();
        Expression? key;
        if (first.Kind == TokenKind.Identifier && reader.PeekSecond().Kind is TokenKind.Assign or TokenKind.Colon)
        {
            reader.Read();
            key = new LiteralExpression(Value.Of(reader.TextOf(first)), reader.RangeOf(first));
        }
        else if (first.Kind is TokenKind.EndOfFile)
        {
            return expressions.MissingClose<ObjectItem>(open, "object", "}");
        }
        else
        {
            key = expressions.Parse();
        }

        if (key is null)
        {
            return null;
        }

        var sign = reader.Peek();
        if (!reader.TryRead(TokenKind.Assign) && !reader.TryRead(TokenKind.Colon))
        {
            return reader.Unexpected<ObjectItem>(sign.Kind == TokenKind.Newline ? first : sign, LanguageCodes.InvalidExpression, "Missing value of a member",
                sign.Kind == TokenKind.OpenBrace
                    ? "An object holds members and no blocks: write an equals sign before the brace."
                    : $"A member of an object is written name = value; after the name an equals sign was expected, not {reader.Describe(sign)}.",
                key.Range.To(reader.RangeOf(sign)));
        }

        var value = expressions.Parse();
        return value is null ? null : new ObjectItem(key, value);
    }

    private void WarnIfRepeated(Dictionary<string, SourceRange> names, Expression key)
    {
        if (key is LiteralExpression literal && Conversions.ToText(literal.Value) is { Kind: ValueKind.String } name
            && !names.TryAdd(name.AsString(), key.Range))
        {
            var first = names[name.AsString()];
            reader.Warning(LanguageCodes.DuplicateKey, key.Range, "Duplicate key",
                $"The key {ValueText.Quote(name.AsString())} was already set on line {first.StartLine}; this value replaces it. Remove one of the two.", first);
        }
    }

    private Expression? MissingSeparator(Token open)
    {
        var found = reader.Peek();
        return found.Kind == TokenKind.EndOfFile
            ? expressions.MissingClose<Expression>(open, "object", "}")
            : reader.Unexpected<Expression>(found, LanguageCodes.InvalidExpression, "Missing separator",
                $"After a member a comma, a line break or the closing brace was expected, not {reader.Describe(found)}.", reader.RangeFrom(open.Start));
    }

    private void SkipNewlines()
    {
        while (reader.TryRead(TokenKind.Newline))
        {
        }
    }
}
