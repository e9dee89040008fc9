using Kolumn.Compliance.Checks;
using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance;

/// <summary>Runs checks, one after the other, and keeps the books: which rules were wanted, reached, and not reached for which reason.</summary>
/// <param name="callers">The caller's own token: its cancellation ends everything, where the limit of the verification only ends what is left.</param>
internal sealed class CheckRun(Examination examination, IReadOnlySet<Rule> wanted, CancellationToken callers)
{
    private readonly Dictionary<string, string> _obstacles = [];

    /// <returns>Whether it came to its end.</returns>
    public async Task<bool> TryAsync(Check check, CancellationToken cancellationToken)
    {
        try
        {
            await check.RunAsync(examination, cancellationToken);
            return true;
        }
        catch (OutOfReachException obstacle)
        {
            Remember(check, obstacle.Message);
        }
        catch (OperationCanceledException) when (!callers.IsCancellationRequested)
        {
            Remember(check, $"the verification's limit of {examination.Options.TotalTimeout.TotalSeconds:0} s was over");
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            // An answer that nobody has thought of must not end the verification; that it was not understood is not held against the provider.
            Remember(check, $"an answer could not be understood ({unforeseen.GetType().Name}: {unforeseen.Message})");
        }

        return false;
    }

    public void ConcludeUnreached()
    {
        var reached = examination.Findings.Select(f => f.Rule.Id).ToHashSet();
        foreach (var rule in RuleTable.All.Where(r => wanted.Contains(r) && !reached.Contains(r.Id)))
        {
            examination.Unknown(rule, "", $"Not reached: {_obstacles.GetValueOrDefault(rule.Id) ?? examination.ReasonOfNothing}");
        }
    }

    /// <summary>What was asked for, and every miss on the way to it.</summary>
    public IReadOnlyList<Finding> Result()
    {
        var order = RuleTable.All.Select((rule, index) => (rule.Id, index)).ToDictionary();
        return [.. examination.Findings.Where(f => wanted.Contains(f.Rule) || f.Verdict == Verdict.Failed).OrderBy(f => order[f.Rule.Id])];
    }

    private void Remember(Check check, string why)
    {
        foreach (var rule in check.Rules)
        {
            _obstacles.TryAdd(rule.Id, why);
        }
    }
}
