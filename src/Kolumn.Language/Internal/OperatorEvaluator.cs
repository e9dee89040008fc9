using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Unary and binary operators.</summary>
internal sealed class OperatorEvaluator(ExpressionEvaluator evaluator)
{
    public Value Evaluate(UnaryExpression unary, EvaluationScope scope)
    {
        var operand = evaluator.Evaluate(unary.Operand, scope);
        if (unary.Operator == UnaryOperator.Not)
        {
            return BoolOperand(operand, unary.Operand, "!") is { IsUnknown: false } flag
                ? Value.Of(!flag.AsBool()).SensitiveIf(operand.IsSensitive)
                : Value.Unknown.SensitiveIf(operand.IsSensitive);
        }

        return NumberOperand(operand, unary.Operand, "-") is { IsUnknown: false } number
            ? Value.Of(Number.Negate(number.AsNumber())).SensitiveIf(operand.IsSensitive)
            : Value.Unknown.SensitiveIf(operand.IsSensitive);
    }

    /// <summary>A chain of operators leans to the left: it is taken apart here and not by recursion, since it may be long.</summary>
    public Value Evaluate(BinaryExpression binary, EvaluationScope scope)
    {
        var chain = new Stack<BinaryExpression>();
        Expression first = binary;
        while (first is BinaryExpression next)
        {
            chain.Push(next);
            first = next.Left;
        }

        var value = evaluator.Evaluate(first, scope);
        while (chain.TryPop(out var operation))
        {
            value = Apply(operation, value, scope);
        }

        return value;
    }

    private Value Apply(BinaryExpression operation, Value left, EvaluationScope scope)
    {
        switch (operation.Operator)
        {
            case BinaryOperator.And or BinaryOperator.Or:
                return ApplyLogic(operation, left, scope);
            case BinaryOperator.Equal or BinaryOperator.NotEqual:
                var other = evaluator.Evaluate(operation.Right, scope);
                var isSensitive = left.ContainsSensitive || other.ContainsSensitive;
                return (ValueEquality.Compare(left, other) is { } equal
                    ? Value.Of(equal == (operation.Operator == BinaryOperator.Equal))
                    : Value.Unknown).SensitiveIf(isSensitive);
            default:
                return ApplyNumeric(operation, left, evaluator.Evaluate(operation.Right, scope));
        }
    }

    /// <summary>The right side is not looked at when the left one decides; and false &amp;&amp; unknown is false, in either order.</summary>
    private Value ApplyLogic(BinaryExpression operation, Value left, EvaluationScope scope)
    {
        var sign = BinaryOperators.Sign(operation.Operator);
        var deciding = operation.Operator == BinaryOperator.Or;
        var first = BoolOperand(left, operation.Left, sign);
        if (first is { IsUnknown: false } && first.AsBool() == deciding)
        {
            return first;
        }

        var right = evaluator.Evaluate(operation.Right, scope);
        var second = BoolOperand(right, operation.Right, sign);
        var isSensitive = left.IsSensitive || right.IsSensitive;
        if (first is null || second is null)
        {
            return Value.Unknown.SensitiveIf(isSensitive);
        }

        if (!second.IsUnknown && second.AsBool() == deciding)
        {
            return Value.Of(deciding).SensitiveIf(isSensitive);
        }

        return (first.IsUnknown || second.IsUnknown ? Value.Unknown : Value.Of(!deciding)).SensitiveIf(isSensitive);
    }

    private Value ApplyNumeric(BinaryExpression operation, Value left, Value right)
    {
        var sign = BinaryOperators.Sign(operation.Operator);
        var first = NumberOperand(left, operation.Left, sign);
        var second = NumberOperand(right, operation.Right, sign);
        var isSensitive = left.IsSensitive || right.IsSensitive;
        if (first is not { IsUnknown: false } || second is not { IsUnknown: false })
        {
            return Value.Unknown.SensitiveIf(isSensitive);
        }

        return Compute(operation, first.AsNumber(), second.AsNumber()).SensitiveIf(isSensitive);
    }

    private Value Compute(BinaryExpression operation, Number left, Number right)
    {
        switch (operation.Operator)
        {
            case BinaryOperator.Less:
                return Value.Of(left < right);
            case BinaryOperator.LessOrEqual:
                return Value.Of(left <= right);
            case BinaryOperator.Greater:
                return Value.Of(left > right);
            case BinaryOperator.GreaterOrEqual:
                return Value.Of(left >= right);
        }

        if (operation.Operator is BinaryOperator.Divide or BinaryOperator.Remainder && right.Sign == 0)
        {
            return evaluator.Error(LanguageCodes.DivisionByZero, operation.Right.Range, "Division by zero",
                "The divisor is 0. Ask before whether it is, e.g. with a conditional.", operation.Range);
        }

        var result = operation.Operator switch
        {
            BinaryOperator.Add => Number.Add(left, right),
            BinaryOperator.Subtract => Number.Subtract(left, right),
            BinaryOperator.Multiply => Number.Multiply(left, right),
            BinaryOperator.Divide => Number.Divide(left, right),
            _ => Number.Remainder(left, right),
        };
        return result is { } number
            ? Value.Of(number)
            : evaluator.Error(LanguageCodes.NumberOutOfRange, operation.Range, "Number out of range",
                $"The result is beyond the range of numbers, 1e-{Number.Limit} to 1e{Number.Limit} with {Number.Limit} digits.");
    }

    private Value? NumberOperand(Value value, Expression operand, string sign) =>
        Operand(value, value.IsNull ? null : Conversions.ToNumber(value), operand, sign, "a number");

    private Value? BoolOperand(Value value, Expression operand, string sign) =>
        Operand(value, value.IsNull ? null : Conversions.ToBool(value), operand, sign, "true or false");

    private Value? Operand(Value value, Value? converted, Expression operand, string sign, string wanted)
    {
        if (converted is null)
        {
            evaluator.Error(LanguageCodes.InvalidOperand, operand.Range, "Wrong type of operand",
                $"The operator {sign} needs {wanted} here, and this is {value.Describe()}.");
        }

        return converted;
    }
}
