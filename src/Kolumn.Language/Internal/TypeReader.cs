using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Reads type constraints from expressions.</summary>
internal sealed class TypeReader(DiagnosticBag diagnostics)
{
    private static readonly string[] Names = ["string", "number", "bool", "any", "list", "set", "map", "object", "tuple"];

    public TypeConstraint? Read(Expression expression)
    {
        switch (expression)
        {
            case ParenthesizedExpression parenthesized:
                return Read(parenthesized.Inner);
            case VariableExpression name:
                return ReadName(name.Name, name.Range);
            case FunctionCallExpression call:
                return ReadCall(call);
            case LiteralExpression { Value.Kind: ValueKind.String } quoted:
                return ReadQuoted(quoted);
            case InvalidExpression:
                return null;
            default:
                return Error(expression.Range, $"A type is one of {string.Join(", ", Names)}, for example list(string).");
        }
    }

    private TypeConstraint? ReadName(string name, SourceRange range) => name switch
    {
        "string" => TypeConstraint.String,
        "number" => TypeConstraint.Number,
        "bool" => TypeConstraint.Bool,
        "any" => TypeConstraint.Any,
        "list" => new SequenceType(IsSet: false, TypeConstraint.Any),
        "set" => new SequenceType(IsSet: true, TypeConstraint.Any),
        "map" => new MapType(TypeConstraint.Any),
        "object" => Error(range, "An object type names its attributes: object({ name = string }). For an object of any attributes write map(any)."),
        "tuple" => Error(range, "A tuple type lists its elements: tuple([string, number])."),
        "optional" => Error(range, "optional(…) stands only for an attribute within object({ … })."),
        _ => Error(range, $"There is no type \"{name}\".{DidYouMean.Ask(name, Names)} The types are {string.Join(", ", Names)}."),
    };

    private TypeConstraint? ReadCall(FunctionCallExpression call)
    {
        if (call.Name is not ("list" or "set" or "map" or "object" or "tuple"))
        {
            return call.Name is "string" or "number" or "bool" or "any"
                ? Error(call.Range, $"The type {call.Name} takes no arguments.")
                : ReadName(call.Name, call.NameRange);
        }

        if (call.Arguments is not [var argument] || call.ExpandsLast)
        {
            return Error(call.Range, $"The type {call.Name} takes exactly one argument in its parentheses.");
        }

        switch (call.Name)
        {
            case "object":
                return ReadObject(argument);
            case "tuple":
                return ReadTuple(argument);
        }

        return Read(argument) is not { } element ? null
            : call.Name == "map" ? new MapType(element)
            : new SequenceType(call.Name == "set", element);
    }

    private TupleType? ReadTuple(Expression argument)
    {
        if (argument is not TupleExpression tuple)
        {
            return Error<TupleType>(argument.Range, "A tuple type lists its elements in square brackets: tuple([string, number]).");
        }

        var elements = tuple.Elements.Select(Read).ToList();
        return elements.Contains(null) ? null : new TupleType([.. elements.OfType<TypeConstraint>()]);
    }

    private ObjectType? ReadObject(Expression argument)
    {
        if (argument is not ObjectExpression obj)
        {
            return Error<ObjectType>(argument.Range, "An object type names its attributes in braces: object({ name = string }).");
        }

        var attributes = ImmutableArray.CreateBuilder<ObjectMemberType>();
        var isValid = true;
        foreach (var item in obj.Items)
        {
            if (item.Key is not LiteralExpression { Value.Kind: ValueKind.String } key)
            {
                Error(item.Key.Range, "The name of an attribute in a type is a plain word.");
                isValid = false;
            }
            else if (ReadAttribute(key.Value.AsString(), item.Value) is { } attribute)
            {
                attributes.Add(attribute);
            }
            else
            {
                isValid = false;
            }
        }

        return isValid ? new ObjectType(attributes.ToImmutable()) : null;
    }

    private ObjectMemberType? ReadAttribute(string name, Expression expression)
    {
        if (expression is not FunctionCallExpression { Name: "optional" } optional)
        {
            return Read(expression) is { } required ? new ObjectMemberType(name, required, IsOptional: false, Value.Null) : null;
        }

        if (optional.Arguments.Length is not (1 or 2) || optional.ExpandsLast)
        {
            Error(optional.Range, "optional takes a type and, if wanted, the value an attribute left out has: optional(number, 1).");
            return null;
        }

        if (Read(optional.Arguments[0]) is not { } type)
        {
            return null;
        }

        var value = Value.Null;
        if (optional.Arguments.Length == 2)
        {
            var before = diagnostics.Count;
            value = Evaluator.Evaluate(optional.Arguments[1], EvaluationScope.Empty, diagnostics);
            if (diagnostics.Count > before || TypeConversion.Convert(value, type, name, optional.Arguments[1].Range, diagnostics) is not { } converted)
            {
                return null;
            }

            value = converted;
        }

        return new ObjectMemberType(name, type, IsOptional: true, value);
    }

    /// <summary>The type in quotes of older texts; what is wrong in it is reported at the string.</summary>
    private TypeConstraint? ReadQuoted(LiteralExpression quoted)
    {
        var text = quoted.Value.AsString();
        var parsed = KlParser.ParseExpression(new SourceText(quoted.Range.Path, text));
        var inner = new DiagnosticBag();
        inner.AddRange(parsed.Diagnostics);
        var type = inner.HasErrors || parsed.Tree is LiteralExpression ? null : new TypeReader(inner).Read(parsed.Tree);
        return type ?? Error(quoted.Range, $"The text {ValueText.Quote(text)} is no type. Write the type without quotes, e.g. list(string).");
    }

    private TypeConstraint? Error(SourceRange range, string detail) => Error<TypeConstraint>(range, detail);

    private T? Error<T>(SourceRange range, string detail)
        where T : TypeConstraint
    {
        diagnostics.Error(LanguageCodes.InvalidType, range, "Invalid type", detail);
        return null;
    }
}
