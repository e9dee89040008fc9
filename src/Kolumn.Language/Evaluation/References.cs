using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language;

/// <summary>What expressions refer to, found without evaluating them: the edges of the dependency graph.</summary>
public static class References
{
    /// <summary>
    /// Every reference within the expression in the order of the text, repetitions included. The variables of for expressions and
    /// directives are no references where they are in force.
    /// </summary>
    public static IReadOnlyList<Reference> Of(Expression expression)
    {
        var found = new List<Reference>();
        Collect(expression, [], found);
        return found;
    }

    /// <summary>The references of all attributes of a body and of the blocks within it.</summary>
    public static IReadOnlyList<Reference> Of(Body body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var found = new List<Reference>();
        CollectBody(body, found);
        return found;
    }

    /// <summary>The expression as a single reference with nothing computed in it, e.g. for <c>provider = postgres.main</c>; null when it is something else.</summary>
    public static Reference? AsReference(Expression expression) => expression switch
    {
        VariableExpression or TraversalExpression => Prefix(expression) is { IsWhole: true } reference ? reference : null,
        _ => null,
    };

    /// <summary>The constant beginning of a variable or traversal; null when its root is no name.</summary>
    internal static Reference? Prefix(Expression expression)
    {
        if (expression is VariableExpression variable)
        {
            return new Reference(variable.Name, variable.Range, [], IsWhole: true);
        }

        if (expression is not TraversalExpression { Root: VariableExpression root } traversal)
        {
            return null;
        }

        var steps = ImmutableArray.CreateBuilder<ReferenceStep>();
        foreach (var step in traversal.Steps)
        {
            if (step is AttributeStep attribute)
            {
                steps.Add(new ReferenceStep(Value.Of(attribute.Name), attribute.Range));
            }
            else if (step is IndexStep { Key: LiteralExpression { Value.Kind: ValueKind.String or ValueKind.Number } key })
            {
                steps.Add(new ReferenceStep(key.Value, step.Range));
            }
            else
            {
                break;
            }
        }

        return new Reference(root.Name, root.Range, steps.ToImmutable(), steps.Count == traversal.Steps.Length);
    }

    private static void CollectBody(Body body, List<Reference> found)
    {
        foreach (var item in body.Items)
        {
            if (item is AttributeSyntax attribute)
            {
                Collect(attribute.Expression, [], found);
            }
            else if (item is BlockSyntax block)
            {
                CollectBody(block.Body, found);
            }
        }
    }

    private static void Collect(Expression expression, ImmutableHashSet<string> locals, List<Reference> found)
    {
        switch (expression)
        {
            case VariableExpression or TraversalExpression:
                CollectTraversal(expression, locals, found);
                break;
            case ParenthesizedExpression parenthesized:
                Collect(parenthesized.Inner, locals, found);
                break;
            case UnaryExpression unary:
                Collect(unary.Operand, locals, found);
                break;
            case BinaryExpression binary:
                CollectBinary(binary, locals, found);
                break;
            case ConditionalExpression conditional:
                Collect(conditional.Condition, locals, found);
                Collect(conditional.WhenTrue, locals, found);
                Collect(conditional.WhenFalse, locals, found);
                break;
            case TupleExpression tuple:
                CollectAll(tuple.Elements, locals, found);
                break;
            case FunctionCallExpression call:
                CollectAll(call.Arguments, locals, found);
                break;
            case ObjectExpression obj:
                CollectAll(obj.Items.SelectMany(i => new[] { i.Key, i.Value }), locals, found);
                break;
            case ForExpression loop:
                Collect(loop.Collection, locals, found);
                var inner = Within(locals, loop.KeyName, loop.ValueName);
                CollectAll(new[] { loop.Key, loop.Value, loop.Condition }.OfType<Expression>(), inner, found);
                break;
            case TemplateExpression template:
                CollectParts(template.Parts, locals, found);
                break;
        }
    }

    private static void CollectAll(IEnumerable<Expression> expressions, ImmutableHashSet<string> locals, List<Reference> found)
    {
        foreach (var expression in expressions)
        {
            Collect(expression, locals, found);
        }
    }

    private static void CollectTraversal(Expression expression, ImmutableHashSet<string> locals, List<Reference> found)
    {
        if (Prefix(expression) is { } reference)
        {
            if (!locals.Contains(reference.Root))
            {
                found.Add(reference);
            }
        }
        else if (expression is TraversalExpression { Root: var root })
        {
            Collect(root, locals, found);
        }

        if (expression is TraversalExpression traversal)
        {
            CollectSteps(traversal.Steps, locals, found);
        }
    }

    private static void CollectSteps(ImmutableArray<TraversalStep> steps, ImmutableHashSet<string> locals, List<Reference> found)
    {
        foreach (var step in steps)
        {
            if (step is IndexStep index)
            {
                Collect(index.Key, locals, found);
            }
            else if (step is SplatStep splat)
            {
                CollectSteps(splat.Each, locals, found);
            }
        }
    }

    /// <summary>A chain of a thousand operators is a thousand nodes deep on its left side: it is walked and not descended.</summary>
    private static void CollectBinary(BinaryExpression binary, ImmutableHashSet<string> locals, List<Reference> found)
    {
        var rights = new Stack<Expression>();
        Expression left = binary;
        while (left is BinaryExpression next)
        {
            rights.Push(next.Right);
            left = next.Left;
        }

        Collect(left, locals, found);
        CollectAll(rights, locals, found);
    }

    private static void CollectParts(ImmutableArray<TemplatePart> parts, ImmutableHashSet<string> locals, List<Reference> found)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case TemplateInterpolation interpolation:
                    Collect(interpolation.Expression, locals, found);
                    break;
                case TemplateIf choice:
                    Collect(choice.Condition, locals, found);
                    CollectParts(choice.WhenTrue, locals, found);
                    CollectParts(choice.WhenFalse, locals, found);
                    break;
                case TemplateFor loop:
                    Collect(loop.Collection, locals, found);
                    CollectParts(loop.Body, Within(locals, loop.KeyName, loop.ValueName), found);
                    break;
            }
        }
    }

    private static ImmutableHashSet<string> Within(ImmutableHashSet<string> locals, string? key, string value) =>
        (key is null ? locals : locals.Add(key)).Add(value);
}
