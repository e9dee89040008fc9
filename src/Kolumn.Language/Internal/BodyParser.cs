using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>
/// Parses attributes and blocks. What cannot be parsed is reported and skipped up to the end of its line (brackets kept together),
/// so that every further mistake of the file is found in the same run.
/// </summary>
internal sealed class BodyParser(TokenReader reader, ExpressionParser expressions)
{
    private (Token Type, Token Close)? _misplaced;

    public Body ParseFile()
    {
        var items = ParseItems(open: null);
        return MakeBody(items, reader.Source.RangeOf(0, reader.Source.Text.Length));
    }

    /// <summary>Everything up to the closing brace, which stays unread, or the end of the file.</summary>
    private List<BodyItem> ParseItems(Token? open)
    {
        var items = new List<BodyItem>();
        while (true)
        {
            var next = reader.Peek();
            switch (next.Kind)
            {
                case TokenKind.EndOfFile:
                case TokenKind.CloseBrace when open is not null:
                    return items;
                case TokenKind.Newline:
                    reader.Read();
                    continue;
            }

            var start = reader.Index;
            var item = ParseItem();
            if (item is not null)
            {
                items.Add(item);
            }

            if (item is null or AttributeSyntax { Expression: InvalidExpression } || !EndItem(item))
            {
                SkipItem(item is BlockSyntax ? reader.Index : start, isWithinBlock: open is not null);
            }
        }
    }

    private BodyItem? ParseItem()
    {
        var name = reader.Peek();
        if (name.Kind != TokenKind.Identifier)
        {
            return InvalidStart(name);
        }

        reader.Read();
        var next = reader.Peek();
        switch (next.Kind)
        {
            case TokenKind.Assign:
                return ParseAttribute(name);
            case TokenKind.OpenBrace or TokenKind.OpenQuote or TokenKind.Identifier:
                return ParseBlock(name);
            case TokenKind.Colon:
                return reader.Unexpected<BodyItem>(next, LanguageCodes.InvalidDefinition, "Invalid attribute",
                    $"An attribute is written with an equals sign: {reader.TextOf(name)} = …", reader.RangeOf(name).To(reader.RangeOf(next)));
            case TokenKind.Newline or TokenKind.EndOfFile or TokenKind.CloseBrace:
                return reader.Unexpected<BodyItem>(name, LanguageCodes.InvalidDefinition, "Incomplete definition",
                    $"The name stands alone. For an attribute write {reader.TextOf(name)} = …, for a block an opening brace on the same line.");
            case TokenKind.Dot or TokenKind.OpenBracket:
                return reader.Unexpected<BodyItem>(next, LanguageCodes.InvalidDefinition, "Invalid attribute",
                    "The name of an attribute is a single word. To set something within an object, write the whole object.",
                    reader.RangeOf(name).To(reader.RangeOf(next)));
            default:
                return reader.Unexpected<BodyItem>(next, LanguageCodes.InvalidDefinition, "Invalid definition",
                    $"After the name \"{reader.TextOf(name)}\" an equals sign (for an attribute), or labels and an opening brace (for a block) were expected, not {reader.Describe(next)}.",
                    reader.RangeOf(name).To(reader.RangeOf(next)));
        }
    }

    private BodyItem? InvalidStart(Token found)
    {
        reader.Read();
        return found.Kind switch
        {
            TokenKind.OpenQuote => InvalidName(found),
            TokenKind.CloseBrace => reader.Unexpected<BodyItem>(found, LanguageCodes.InvalidDefinition, "Unexpected closing brace",
                "No block is open here. Remove the brace, or look for one too many above."),
            _ => reader.Unexpected<BodyItem>(found, LanguageCodes.InvalidDefinition, "Invalid definition",
                $"An attribute (name = value) or a block (type \"label\" {{ … }}) was expected, not {reader.Describe(found)}."),
        };
    }

    private BodyItem? InvalidName(Token quote)
    {
        while (reader.PeekKind is not (TokenKind.Newline or TokenKind.EndOfFile) && reader.Previous.Kind != TokenKind.CloseQuote)
        {
            reader.Read();
        }

        reader.Error(LanguageCodes.InvalidDefinition, reader.RangeFrom(quote.Start), "Invalid attribute name",
            "The name of an attribute or block is written without quotes here.");
        return null;
    }

    private AttributeSyntax ParseAttribute(Token name)
    {
        reader.Read();
        var expression = expressions.Parse() ?? new InvalidExpression(reader.RangeOf(reader.Peek()));
        reader.SkipsNewlines = false;
        var range = reader.RangeOf(name);
        return new AttributeSyntax(reader.TextOf(name), range, expression, range.To(expression.Range));
    }

    private Body MakeBody(List<BodyItem> items, SourceRange range)
    {
        var body = new Body(items, range);
        foreach (var attribute in body.Attributes)
        {
            var first = body.Attribute(attribute.Name)!;
            if (!ReferenceEquals(first, attribute))
            {
                reader.Error(LanguageCodes.DuplicateAttribute, attribute.NameRange, "Duplicate attribute",
                    $"The attribute \"{attribute.Name}\" was already set on line {first.NameRange.StartLine}. Remove one of the two.", first.NameRange);
            }
        }

        return body;
    }

    private BlockSyntax? ParseBlock(Token type)
    {
        var labels = new List<BlockLabel>();
        while (reader.PeekKind != TokenKind.OpenBrace)
        {
            var label = ParseLabel(type, labels);
            if (label is null)
            {
                return null;
            }

            labels.Add(label);
        }

        var header = reader.RangeFrom(type.Start);
        if (!reader.TryEnter())
        {
            return null;
        }

        var open = reader.Read();
        var bodyStart = open.End;
        var items = reader.PeekKind == TokenKind.Newline ? ParseItems(open) : ParseSingleLine(open);
        reader.Leave();
        var close = reader.Peek();
        var body = MakeBody(items, reader.Source.RangeOf(bodyStart, close.Start));
        if (reader.TryRead(TokenKind.CloseBrace))
        {
            NoteIndentation(type, close);
        }
        else
        {
            reader.Error(LanguageCodes.UnclosedBlock, open, "Unclosed block",
                $"No closing brace ends the block \"{reader.TextOf(type)}\" that starts on line {header.StartLine}. {WhereBraceIsMissing(type)}", header);
        }

        var range = reader.RangeFrom(type.Start);
        return new BlockSyntax(reader.TextOf(type), reader.RangeOf(type), labels, header, body, range);
    }

    /// <summary>Remembers the first closing brace that stands in another column than the block it ends: if one is missing, then before it.</summary>
    private void NoteIndentation(Token type, Token close)
    {
        var source = reader.Source;
        var line = source.LineOf(close.Start);
        var startsLine = source.Text.AsSpan(source.LineStart(line), close.Start - source.LineStart(line)).IsWhiteSpace();
        if (startsLine && source.ColumnOf(close.Start) != source.ColumnOf(type.Start))
        {
            _misplaced ??= (type, close);
        }
    }

    private string WhereBraceIsMissing(Token type)
    {
        if (_misplaced is not var (inner, close) || inner.Start < type.Start)
        {
            return "Add it, or look for one missing within the block.";
        }

        return $"Probably it is missing before line {reader.Source.LineOf(close.Start)}: the brace there ends the block "
            + $"\"{reader.TextOf(inner)}\" of line {reader.Source.LineOf(inner.Start)}, but stands in another column than that.";
    }

    private BlockLabel? ParseLabel(Token type, List<BlockLabel> labels)
    {
        var next = reader.Peek();
        var context = reader.RangeOf(type).To(reader.RangeOf(next));
        switch (next.Kind)
        {
            case TokenKind.Identifier:
                reader.Read();
                return new BlockLabel(reader.TextOf(next), reader.RangeOf(next), IsQuoted: false);
            case TokenKind.OpenQuote:
                var text = expressions.ParseTerm();
                switch (text)
                {
                    case null:
                        return null;
                    case LiteralExpression { Value.Kind: ValueKind.String } literal:
                        return new BlockLabel(literal.Value.AsString(), literal.Range, IsQuoted: true);
                    default:
                        reader.Error(LanguageCodes.InvalidLabel, text.Range, "Invalid label",
                            "A label is fixed text: interpolations and directives are not allowed in it.", context);
                        return new BlockLabel("", text.Range, IsQuoted: true);
                }

            case TokenKind.Newline or TokenKind.EndOfFile:
                reader.Error(LanguageCodes.InvalidDefinition, reader.RangeFrom(type.Start), "Incomplete block",
                    "A block needs an opening brace, on the same line as its type and labels.");
                return null;
            case TokenKind.Assign when labels.Count > 0:
                return reader.Unexpected<BlockLabel>(next, LanguageCodes.InvalidDefinition, "Invalid definition",
                    "A block has no equals sign before its brace, and an attribute's name is a single word.", context);
            default:
                return reader.Unexpected<BlockLabel>(next, LanguageCodes.InvalidDefinition, "Invalid block",
                    $"Labels or the opening brace of the block \"{reader.TextOf(type)}\" were expected, not {reader.Describe(next)}.", context);
        }
    }

    /// <summary><c>{ }</c> or <c>{ name = value }</c>.</summary>
    private List<BodyItem> ParseSingleLine(Token open)
    {
        var items = new List<BodyItem>();
        var next = reader.Peek();
        if (next.Kind is TokenKind.CloseBrace or TokenKind.EndOfFile)
        {
            return items;
        }

        var start = reader.Index;
        if (next.Kind == TokenKind.Identifier && reader.PeekSecond().Kind == TokenKind.Assign)
        {
            reader.Read();
            var attribute = ParseAttribute(next);
            items.Add(attribute);
            if (reader.PeekKind is TokenKind.CloseBrace or TokenKind.EndOfFile)
            {
                return items;
            }

            if (attribute.Expression is not InvalidExpression)
            {
                var found = reader.Peek();
                reader.Unexpected<BodyItem>(found, LanguageCodes.InvalidDefinition, "Invalid single-line block",
                    "A block on one line has at most one attribute. Put each attribute and the closing brace on lines of their own.",
                    reader.RangeOf(open).To(reader.RangeOf(found)));
            }
        }
        else
        {
            reader.Unexpected<BodyItem>(next, LanguageCodes.InvalidDefinition, "Invalid single-line block",
                "A block on one line holds nothing or one attribute. Put its content and the closing brace on lines of their own.",
                reader.RangeOf(open).To(reader.RangeOf(next)));
        }

        SkipItem(start, isWithinBlock: true);
        items.AddRange(ParseItems(open));
        return items;
    }

    /// <summary>After an item the line ends.</summary>
    private bool EndItem(BodyItem item)
    {
        var next = reader.Peek();
        if (next.Kind is TokenKind.Newline or TokenKind.EndOfFile)
        {
            return true;
        }

        var what = item is AttributeSyntax ? "an attribute" : "a block";
        var detail = next.Kind switch
        {
            TokenKind.Comma => $"After {what} the line ends; commas separate only elements of lists and objects.",
            TokenKind.CloseBrace => $"After {what} the line ends. Put the closing brace on a line of its own.",
            _ => $"After {what} the line ends, but {reader.Describe(next)} follows. Put it on a line of its own, or look for a missing operator or quote.",
        };
        reader.Unexpected<BodyItem>(next, LanguageCodes.MissingNewline, "Missing line break", detail, item.Range.To(reader.RangeOf(next)));
        return next.Kind == TokenKind.CloseBrace;
    }

    /// <summary>
    /// Goes to the end of the line on which the item that began at the token index ends. Brackets opened on the way are passed with
    /// what is in them; a line that can only be the next item (name = or name {, while a round or square bracket is open) ends it too,
    /// and so does the brace that closes the block around it.
    /// </summary>
    private void SkipItem(int start, bool isWithinBlock)
    {
        reader.SkipsNewlines = false;
        var reached = reader.Index;
        reader.Index = start;
        var open = new OpenBrackets();
        while (true)
        {
            var next = reader.Peek();
            switch (next.Kind)
            {
                case TokenKind.EndOfFile:
                case TokenKind.Newline when open.IsEmpty && reader.Index >= reached:
                case TokenKind.CloseBrace when isWithinBlock && !open.Contains(TokenKind.OpenBrace) && reader.Index >= reached:
                    return;
                case TokenKind.Newline when reader.Index >= reached && open.Innermost != TokenKind.OpenBrace && NextLineIsItem():
                    return;
            }

            open.Pass(next.Kind);
            reader.Read();
        }
    }

    private bool NextLineIsItem()
    {
        var index = reader.Index;
        reader.Read();
        var first = reader.Peek();
        var second = reader.PeekSecond();
        reader.Index = index;
        return first.Kind == TokenKind.CloseBrace
            || (first.Kind == TokenKind.Identifier && second.Kind is TokenKind.Assign or TokenKind.OpenBrace or TokenKind.OpenQuote or TokenKind.Identifier);
    }
}
