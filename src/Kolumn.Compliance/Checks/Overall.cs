using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Checks;

/// <summary>Rules about everything that was heard: they hold where nothing was heard against them.</summary>
internal static class Overall
{
    public static IReadOnlyList<Rule> Rules { get; } = [RuleTable.Lives, RuleTable.Envelope, RuleTable.SaysWhy, RuleTable.ErrorCode];

    public static void Conclude(Examination examination)
    {
        foreach (var rule in Rules)
        {
            examination.Pass(rule);
        }
    }
}
