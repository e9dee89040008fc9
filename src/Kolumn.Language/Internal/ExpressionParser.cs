using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>
/// Parses expressions by recursive descent, at most <see cref="TokenReader.MaxDepth"/> levels deep:
/// 1. a conditional, whose parts are
/// 2. binary operations by precedence, whose operands are
/// 3. unary operations on
/// 4. terms with steps into them.
/// Every method answers null when it has reported a mistake; the caller gives up too, up to the attribute.
/// </summary>
internal sealed class ExpressionParser
{
    private readonly TokenReader _reader;
    private readonly TemplateParser _templates;
    private readonly CollectionParser _collections;
    private readonly StepParser _steps;

    public ExpressionParser(TokenReader reader)
    {
        _reader = reader;
        _templates = new TemplateParser(reader, this);
        _collections = new CollectionParser(reader, this);
        _steps = new StepParser(reader, this);
    }

    public Expression? Parse()
    {
        if (!_reader.TryEnter())
        {
            return null;
        }

        var expression = ParseConditional();
        _reader.Leave();
        return expression;
    }

    /// <summary>A term without steps or operators, e.g. the string of a label.</summary>
    public Expression? ParseTerm()
    {
        var next = _reader.Peek();
        switch (next.Kind)
        {
            case TokenKind.Number:
                _reader.Read();
                return ParseNumber(next);
            case TokenKind.Identifier:
                _reader.Read();
                return _reader.PeekKind is TokenKind.OpenParen or TokenKind.DoubleColon ? ParseCall(next) : ParseName(next);
            case TokenKind.OpenQuote:
            case TokenKind.OpenHeredoc:
                return _templates.Parse();
            case TokenKind.OpenBracket:
                return _collections.ParseTuple();
            case TokenKind.OpenBrace:
                return _collections.ParseObject();
            case TokenKind.OpenParen:
                return ParseParenthesized();
            default:
                return InvalidTerm(next);
        }
    }

    // 1.
    private Expression? ParseConditional()
    {
        var condition = ParseBinary(1);
        if (condition is null || !_reader.TryRead(TokenKind.Question))
        {
            return condition;
        }

        var whenTrue = Parse();
        if (whenTrue is null)
        {
            return null;
        }

        if (!_reader.TryRead(TokenKind.Colon))
        {
            var found = _reader.Peek();
            return _reader.Unexpected<Expression>(found, LanguageCodes.InvalidExpression, "Incomplete conditional",
                $"A conditional is written condition ? value : other value. The colon is missing before {_reader.Describe(found)}.",
                condition.Range.To(_reader.RangeOf(found)));
        }

        var whenFalse = Parse();
        return whenFalse is null ? null : new ConditionalExpression(condition, whenTrue, whenFalse, condition.Range.To(whenFalse.Range));
    }

    // 2.
    private Expression? ParseBinary(int precedence)
    {
        var left = ParseUnary();
        while (left is not null && BinaryOperators.Of(_reader.PeekKind) is { } found && found.Precedence >= precedence)
        {
            var sign = _reader.Read();
            var right = ParseBinary(found.Precedence + 1);
            left = right is null ? null : new BinaryExpression(found.Operator, _reader.RangeOf(sign), left, right, left.Range.To(right.Range));
        }

        return left;
    }

    // 3.
    private Expression? ParseUnary()
    {
        var next = _reader.Peek();
        if (next.Kind is not (TokenKind.Minus or TokenKind.Bang))
        {
            return ParseTermWithSteps();
        }

        if (!_reader.TryEnter())
        {
            return null;
        }

        _reader.Read();
        var operand = ParseUnary();
        _reader.Leave();
        var kind = next.Kind == TokenKind.Minus ? UnaryOperator.Negate : UnaryOperator.Not;
        return operand is null ? null : new UnaryExpression(kind, _reader.RangeOf(next), operand, _reader.RangeOf(next).To(operand.Range));
    }

    // 4.
    private Expression? ParseTermWithSteps()
    {
        var root = ParseTerm();
        if (root is null || _reader.PeekKind is not (TokenKind.Dot or TokenKind.OpenBracket))
        {
            return root;
        }

        var steps = _steps.Parse(afterAttributeSplat: false);
        return steps is { } found ? new TraversalExpression(root, found, _reader.RangeFrom(root.Range.Start)) : null;
    }

    private LiteralExpression? ParseNumber(Token token)
    {
        if (Number.Parse(_reader.Source.Text.AsSpan(token.Start, token.End - token.Start)) is { } number)
        {
            return new LiteralExpression(Value.Of(number), _reader.RangeOf(token));
        }

        _reader.Error(LanguageCodes.NumberOutOfRange, token, "Number out of range",
            $"Numbers reach from 1e-{Number.Limit} to 1e{Number.Limit} and have at most {Number.Limit} digits. Write it as a string if it is only passed on.");
        return null;
    }

    private Expression ParseName(Token name)
    {
        var range = _reader.RangeOf(name);
        return _reader.TextOf(name) switch
        {
            "true" => new LiteralExpression(Value.True, range),
            "false" => new LiteralExpression(Value.False, range),
            "null" => new LiteralExpression(Value.Null, range),
            var text => new VariableExpression(text, range),
        };
    }

    /// <summary>A function call; its name may consist of several words: <c>provider::name(…)</c>.</summary>
    private FunctionCallExpression? ParseCall(Token name)
    {
        while (_reader.TryRead(TokenKind.DoubleColon))
        {
            var next = _reader.Peek();
            if (!_reader.TryRead(TokenKind.Identifier))
            {
                return _reader.Unexpected<FunctionCallExpression>(next, LanguageCodes.InvalidExpression, "Incomplete function name",
                    $"The name of a function was expected after ::, not {_reader.Describe(next)}.", _reader.RangeFrom(name.Start));
            }
        }

        var nameRange = _reader.RangeFrom(name.Start);
        var open = _reader.Peek();
        if (!_reader.TryRead(TokenKind.OpenParen))
        {
            return _reader.Unexpected<FunctionCallExpression>(open, LanguageCodes.InvalidExpression, "Incomplete function call",
                $"After the name {nameRange.Text} the arguments in parentheses were expected, not {_reader.Describe(open)}.", nameRange);
        }

        var skipped = _reader.SkipsNewlines;
        _reader.SkipsNewlines = true;
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        var expands = false;
        while (!_reader.TryRead(TokenKind.CloseParen))
        {
            var argument = Parse();
            if (argument is null)
            {
                return null;
            }

            arguments.Add(argument);
            expands = _reader.TryRead(TokenKind.Ellipsis);
            if ((expands || !_reader.TryRead(TokenKind.Comma)) && _reader.PeekKind != TokenKind.CloseParen)
            {
                return MissingClose<FunctionCallExpression>(open, "list of arguments", ")", expands ? null : ",");
            }
        }

        _reader.SkipsNewlines = skipped;
        return new FunctionCallExpression(nameRange.Text, nameRange, arguments.ToImmutable(), expands, _reader.RangeFrom(name.Start));
    }

    private ParenthesizedExpression? ParseParenthesized()
    {
        var open = _reader.Read();
        var skipped = _reader.SkipsNewlines;
        _reader.SkipsNewlines = true;
        var inner = Parse();
        if (inner is null)
        {
            return null;
        }

        if (!_reader.TryRead(TokenKind.CloseParen))
        {
            return MissingClose<ParenthesizedExpression>(open, "expression in parentheses", ")");
        }

        _reader.SkipsNewlines = skipped;
        return new ParenthesizedExpression(inner, _reader.RangeFrom(open.Start));
    }

    /// <summary>
    /// Reports that a bracket is not closed (at the bracket, when the file or what can only be a new item follows) or that something
    /// else stands where it or the separator should be (at that thing).
    /// </summary>
    public T? MissingClose<T>(Token open, string what, string close, string? separator = null)
        where T : class
    {
        var found = _reader.Peek();
        var context = _reader.RangeFrom(open.Start);
        var isEnd = found.Kind is TokenKind.EndOfFile or TokenKind.CloseBrace or TokenKind.CloseSequence or TokenKind.CloseQuote or TokenKind.CloseHeredoc
            || (found.Kind == TokenKind.Identifier && _reader.PeekSecond().Kind == TokenKind.Assign);
        if (isEnd && found.Kind != TokenKind.Invalid)
        {
            _reader.Error(LanguageCodes.UnclosedBracket, open, "Unclosed bracket", $"No {close} ends the {what} that starts here. Add it.", context);
            return null;
        }

        var expected = separator is null ? close : $"{separator} or {close}";
        return _reader.Unexpected<T>(found, LanguageCodes.InvalidExpression, $"Expected {expected}",
            $"In this {what} {(separator is null ? "" : "a separator or ")}the closing {close} was expected, not {_reader.Describe(found)}.", context);
    }

    private Expression? InvalidTerm(Token found)
    {
        var detail = found.Kind switch
        {
            TokenKind.Newline or TokenKind.EndOfFile =>
                "A value was expected before the end of the line. An expression goes on over several lines only within brackets or parentheses.",
            TokenKind.Assign => "A value was expected, not a second equals sign. To compare, write ==.",
            TokenKind.CloseQuote or TokenKind.CloseSequence => "A value was expected before the end of the template sequence.",
            _ => $"A value was expected (a literal, a reference, a function call or brackets), not {_reader.Describe(found)}.",
        };
        var subject = found.Kind is TokenKind.Newline or TokenKind.EndOfFile ? _reader.Previous : found;
        return found.Kind == TokenKind.Invalid
            ? null
            : _reader.Unexpected<Expression>(subject, LanguageCodes.InvalidExpression, "Missing value", detail);
    }
}
