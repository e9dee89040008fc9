namespace Kolumn.Language.Internal;

/// <summary>How much work one evaluation has left; shared with the evaluations of try and can within it.</summary>
internal sealed class EvaluationBudget(int visits)
{
    private int _left = visits;

    /// <summary>False once the budget is used up.</summary>
    public bool TrySpend(int count = 1) => (_left = Math.Max(0, _left - count)) > 0;
}
