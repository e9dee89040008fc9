using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>
/// Calls of functions:
/// 1. the function is found;
/// 2. the arguments are evaluated, the last one spread when it says so, and counted;
/// 3. each is converted to its parameter's type;
/// 4. the body runs unless something it must know is unknown, and the sensitive mark is carried over.
/// </summary>
internal sealed class CallEvaluator(ExpressionEvaluator evaluator)
{
    public Value Evaluate(FunctionCallExpression call, EvaluationScope scope)
    {
        var function = scope.Functions.Find(call.Name); // 1.
        if (function is null)
        {
            return evaluator.Error(LanguageCodes.UnknownFunction, call.NameRange, "Unknown function",
                $"There is no function \"{call.Name}\".{DidYouMean.Ask(call.Name, scope.Functions.All.Select(f => f.Name))}", call.Range);
        }

        if (function.LazyBody is { } lazy)
        {
            return call.ExpandsLast
                ? evaluator.Error(LanguageCodes.InvalidArgument, call.Arguments[^1].Range, "Invalid argument",
                    $"The arguments of {call.Name} are evaluated one by one and cannot be spread with ... .", call.Range)
                : CheckCount(function, call, call.Arguments.Length) ? lazy(new LazyCall(call, scope, evaluator)) : Value.Unknown;
        }

        return EvaluateArguments(call, scope) is { } arguments && CheckCount(function, call, arguments.Count) // 2.
            ? Run(function, call, arguments, scope)
            : Value.Unknown;
    }

    private List<Value>? EvaluateArguments(FunctionCallExpression call, EvaluationScope scope)
    {
        var arguments = call.Arguments.Select(a => evaluator.Evaluate(a, scope)).ToList();
        if (!call.ExpandsLast)
        {
            return arguments;
        }

        var last = arguments[^1];
        if (last.IsUnknown)
        {
            return null;
        }

        if (!last.IsSequence)
        {
            evaluator.Error(LanguageCodes.InvalidArgument, call.Arguments[^1].Range, "Invalid argument",
                $"Only a list or set can be spread with ..., and this is {last.Describe()}.", call.Range);
            return null;
        }

        arguments.RemoveAt(arguments.Count - 1);
        arguments.AddRange(last.Elements.Select(e => e.SensitiveIf(last.IsSensitive)));
        return arguments;
    }

    private bool CheckCount(KlFunction function, FunctionCallExpression call, int count)
    {
        var most = function.Rest is null ? function.Parameters.Length : int.MaxValue;
        if (count >= function.RequiredCount && count <= most)
        {
            return true;
        }

        var expected = function.RequiredCount == most ? $"{most}" : function.Rest is null ? $"{function.RequiredCount} to {most}" : $"at least {function.RequiredCount}";
        var isTooMany = count > most && !call.ExpandsLast;
        var subject = isTooMany ? call.Arguments[most].Range.To(call.Arguments[^1].Range) : call.NameRange;
        evaluator.Error(LanguageCodes.WrongArgumentCount, subject, isTooMany ? "Too many arguments" : count > most ? "Too many arguments" : "Too few arguments",
            $"{function.Signature} takes {expected} argument{(expected is "1" or "at least 1" ? "" : "s")}, and here {(count == 1 ? "is 1" : $"are {count}")}.", call.Range);
        return false;
    }

    private Value Run(KlFunction function, FunctionCallExpression call, List<Value> arguments, EvaluationScope scope)
    {
        var isValid = true;
        var isUnknown = false;
        var isSensitive = false;
        var holdsSensitive = false;
        for (var i = 0; i < arguments.Count; i++) // 3.
        {
            var parameter = function.ParameterAt(i);
            if (Convert(call, arguments[i], parameter, i) is not { } converted)
            {
                isValid = false;
                continue;
            }

            isUnknown |= converted.IsUnknown || (converted.ContainsUnknown && !parameter.PassesContent);
            isSensitive |= converted.IsSensitive;
            holdsSensitive |= converted.ContainsSensitive && !parameter.PassesContent;
            arguments[i] = converted;
        }

        if (!isValid || isUnknown)
        {
            return Value.Unknown.SensitiveIf(isSensitive || holdsSensitive);
        }

        evaluator.Budget.TrySpend(arguments.Sum(a => a.Elements.Length + a.Members.Count));
        var result = function.Body!(new FunctionCall(arguments, scope.Time, (argument, detail) => evaluator.Error(
            LanguageCodes.InvalidArgument, RangeOf(call, argument), "Invalid argument", detail, call.Range))); // 4.
        return result.SensitiveIf(isSensitive || holdsSensitive);
    }

    private Value? Convert(FunctionCallExpression call, Value argument, FunctionParameter parameter, int index)
    {
        if (argument.IsNull && !parameter.AcceptsNull)
        {
            evaluator.Error(LanguageCodes.InvalidArgument, RangeOf(call, index), "Invalid argument",
                $"The argument \"{parameter.Name}\" of {call.Name} must not be null.", call.Range);
            return null;
        }

        var problems = new DiagnosticBag();
        if (TypeConversion.Convert(argument, parameter.Type, parameter.Name, RangeOf(call, index), problems) is { } converted)
        {
            return converted;
        }

        evaluator.Error(LanguageCodes.InvalidArgument, RangeOf(call, index), "Invalid argument",
            $"In the call of {call.Name}: {problems[0].Detail}", call.Range);
        return null;
    }

    private static SourceRange RangeOf(FunctionCallExpression call, int argument) =>
        call.Arguments.Length == 0 ? call.NameRange : call.Arguments[Math.Min(argument, call.Arguments.Length - 1)].Range;
}
