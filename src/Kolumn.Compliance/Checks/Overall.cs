using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Checks;

/// <summary>Rules about everything that was heard: they hold where nothing was heard against them.</summary>
internal static class Overall
{
    public static IReadOnlyList<Rule> Rules { get; } = [RuleTable.Lives, RuleTable.Envelope, RuleTable.SaysWhy, RuleTable.ErrorCode, RuleTable.SecretAnswers, RuleTable.SecretLogs, RuleTable.Quiet];

    public static void Conclude(Examination examination)
    {
        foreach (var leak in examination.Witness.Leaks)
        {
            examination.Fail(RuleTable.SecretLogs, "", $"It wrote: {leak}", null);
        }

        if (examination.Witness.Dropped > 0)
        {
            examination.Fail(RuleTable.Quiet, "", $"{examination.Witness.Dropped} bytes were more than a log takes", null);
        }

        foreach (var rule in Rules)
        {
            examination.Pass(rule);
        }
    }
}
