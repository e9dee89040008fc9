using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance;

/// <summary>What was found: one finding for each rule and subject. Safe for concurrent use.</summary>
internal sealed class Ledger(Secrets secrets)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Rule, string Subject), Finding> _findings = [];

    public IReadOnlyList<Finding> Findings
    {
        get
        {
            lock (_gate)
            {
                return [.. _findings.Values];
            }
        }
    }

    public void Pass(Rule rule, string subject) => Add(new Finding { Rule = rule, Verdict = Verdict.Passed, Subject = subject });

    public void Skip(Rule rule, string subject, string why) => Add(new Finding { Rule = rule, Verdict = Verdict.Skipped, Subject = subject, What = why });

    public void Fail(Rule rule, string subject, string what, Answer? evidence) => Add(Told(rule, Verdict.Failed, subject, what, evidence));

    public void Unknown(Rule rule, string subject, string why, Answer? evidence) => Add(Told(rule, Verdict.Unknown, subject, why, evidence));

    /// <summary>Passed or failed; returns which.</summary>
    public bool Expect(bool holds, Rule rule, string subject, string otherwise, Answer? evidence)
    {
        if (holds)
        {
            Pass(rule, subject);
        }
        else
        {
            Fail(rule, subject, otherwise, evidence);
        }

        return holds;
    }

    /// <summary>What holds for every answer, whatever it was asked for and whoever gave it.</summary>
    public void HearSecrets(Answer answer)
    {
        if (secrets.IsIn(answer.Text))
        {
            Fail(RuleTable.SecretAnswers, answer.Call, "A secret is in the answer", answer);
        }
    }

    /// <summary>What holds for every answer of a provider that nobody was about to kill.</summary>
    public void Hear(Answer answer)
    {
        if (answer.Kind is AnswerKind.Crashed or AnswerKind.Hung)
        {
            Fail(RuleTable.Lives, answer.Call, answer.Outcome, answer);
        }

        if (answer.Kind == AnswerKind.Nonsense || (answer.Kind == AnswerKind.Answered && answer.Call != "Schema" && answer.Body.Flag("success") is null))
        {
            Fail(RuleTable.Envelope, answer.Call, answer.Kind == AnswerKind.Nonsense ? $"The answer is {Json.Excerpt(answer.Text)}" : "The answer does not say success", answer);
        }

        if (answer.Refused && answer.Call != "Schema")
        {
            Expect(answer.Error.Length > 0, RuleTable.SaysWhy, answer.Call, "It was refused without an error", answer);
            Expect(IsCategory(answer.Code), RuleTable.ErrorCode, answer.Call, answer.Code.Length == 0 ? "The refusal has no code" : $"{answer.Code} is not one of the five categories", answer);
        }
    }

    private Finding Told(Rule rule, Verdict verdict, string subject, string what, Answer? evidence) => new()
    {
        Rule = rule,
        Verdict = verdict,
        Subject = subject,
        What = secrets.Hide(what),
        Sent = evidence is null ? null : secrets.Hide($"{evidence.Call} {evidence.Sent}".TrimEnd()),
        Received = evidence is null ? null : secrets.Hide(evidence.Received),
    };

    private static bool IsCategory(string code) => code is "VALIDATION_ERROR" or "CONNECTION_ERROR" or "OPERATION_ERROR" or "STATE_ERROR" or "PERMISSION_ERROR";

    /// <summary>The first miss stays, whatever comes after it.</summary>
    private void Add(Finding finding)
    {
        lock (_gate)
        {
            var key = (finding.Rule.Id, finding.Subject);
            if (!_findings.TryGetValue(key, out var known) || Weight(finding.Verdict) > Weight(known.Verdict))
            {
                _findings[key] = finding;
            }
        }
    }

    private static int Weight(Verdict verdict) => verdict switch
    {
        Verdict.Failed => 3,
        Verdict.Unknown => 2,
        Verdict.Passed => 1,
        _ => 0,
    };
}
