using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Parses what follows a term: <c>.name</c>, <c>.0</c>, <c>[key]</c> and the two splats.</summary>
internal sealed class StepParser(TokenReader reader, ExpressionParser expressions)
{
    /// <summary>The steps from here on; after <c>.*</c> only those that belong to each element.</summary>
    public ImmutableArray<TraversalStep>? Parse(bool afterAttributeSplat)
    {
        var steps = ImmutableArray.CreateBuilder<TraversalStep>();
        while (true)
        {
            switch (reader.PeekKind)
            {
                case TokenKind.Dot:
                    if (!ParseDotStep(steps, afterAttributeSplat))
                    {
                        return null;
                    }

                    break;
                case TokenKind.OpenBracket when !afterAttributeSplat:
                    var step = ParseBracketStep();
                    if (step is null)
                    {
                        return null;
                    }

                    steps.Add(step);
                    break;
                default:
                    return steps.ToImmutable();
            }
        }
    }

    private bool ParseDotStep(ImmutableArray<TraversalStep>.Builder steps, bool afterAttributeSplat)
    {
        var dot = reader.Read();
        var next = reader.Peek();
        switch (next.Kind)
        {
            case TokenKind.Identifier:
                reader.Read();
                steps.Add(new AttributeStep(reader.TextOf(next), reader.RangeOf(next), reader.RangeFrom(dot.Start)));
                return true;
            case TokenKind.Number:
                reader.Read();
                return ParseLegacyIndex(steps, dot, next);
            case TokenKind.Star when afterAttributeSplat:
                reader.Error(LanguageCodes.InvalidExpression, next, "Nested splat",
                    "A .* cannot follow another one. Write [*] for both: the second then applies to each element of the first.");
                return false;
            case TokenKind.Star:
                reader.Read();
                var range = reader.RangeFrom(dot.Start);
                var each = Parse(afterAttributeSplat: true);
                if (each is { } found)
                {
                    steps.Add(new SplatStep(found, range));
                }

                return each is not null;
            default:
                reader.Unexpected<Expression>(next, LanguageCodes.InvalidExpression, "Incomplete reference",
                    $"A name was expected after the point, not {reader.Describe(next)}. A name that is no identifier is written [\"so\"].",
                    reader.RangeFrom(dot.Start));
                return false;
        }
    }

    /// <summary><c>.0</c>; the lexer reads <c>.0.1</c> as one number.</summary>
    private bool ParseLegacyIndex(ImmutableArray<TraversalStep>.Builder steps, Token dot, Token number)
    {
        var start = number.Start;
        foreach (var part in reader.TextOf(number).Split('.'))
        {
            var range = reader.Source.RangeOf(start, start + part.Length);
            if (part.Any(c => !char.IsAsciiDigit(c)) || Number.Parse(part) is not { } index)
            {
                reader.Error(LanguageCodes.InvalidExpression, number, "Invalid index", "After a point only a whole number or a name can follow.");
                return false;
            }

            var pointStart = start == number.Start ? dot.Start : start - 1;
            steps.Add(new IndexStep(new LiteralExpression(Value.Of(index), range), reader.Source.RangeOf(pointStart, range.End)));
            start += part.Length + 1;
        }

        return true;
    }

    private TraversalStep? ParseBracketStep()
    {
        var open = reader.Read();
        var skipped = reader.SkipsNewlines;
        reader.SkipsNewlines = true;
        if (reader.PeekKind == TokenKind.Star && reader.PeekSecond().Kind == TokenKind.CloseBracket)
        {
            reader.Read();
            reader.Read();
            reader.SkipsNewlines = skipped;
            var range = reader.RangeFrom(open.Start);
            if (!reader.TryEnter())
            {
                return null;
            }

            var each = Parse(afterAttributeSplat: false);
            reader.Leave();
            return each is { } steps ? new SplatStep(steps, range) : null;
        }

        var key = expressions.Parse();
        if (key is null)
        {
            return null;
        }

        if (!reader.TryRead(TokenKind.CloseBracket))
        {
            return expressions.MissingClose<TraversalStep>(open, "index", "]");
        }

        reader.SkipsNewlines = skipped;
        return new IndexStep(key, reader.RangeFrom(open.Start));
    }
}
