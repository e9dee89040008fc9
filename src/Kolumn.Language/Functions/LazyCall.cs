using Kolumn.Language.Internal;
using Kolumn.Language.Syntax;

namespace Kolumn.Language;

/// <summary>A call whose function evaluates its arguments itself.</summary>
internal sealed class LazyCall(FunctionCallExpression call, EvaluationScope scope, ExpressionEvaluator evaluator)
{
    public FunctionCallExpression Call => call;

    public Value Evaluate(int argument) => evaluator.Evaluate(call.Arguments[argument], scope);

    public bool? EvaluateCondition(int argument, out bool isSensitive) =>
        evaluator.EvaluateCondition(call.Arguments[argument], scope, $"{call.Name}(…)", out isSensitive);

    /// <summary>Evaluates on approval: null and the first mistake when there is one. Nothing is reported.</summary>
    public Value? Attempt(int argument, out LanguageDiagnostic? mistake)
    {
        var diagnostics = new DiagnosticBag();
        var value = new ExpressionEvaluator(diagnostics, evaluator.Budget).Evaluate(call.Arguments[argument], scope);
        mistake = diagnostics.FirstOrDefault(d => d.Severity == LanguageSeverity.Error);
        return mistake is null ? value : null;
    }

    public Value Error(string code, SourceRange subject, string summary, string detail) => evaluator.Error(code, subject, summary, detail, call.Range);
}
