using System.Diagnostics;
using Kolumn.Compliance.Checks;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance;

/// <summary>
/// A provider against the specification:
/// 1. what it says about itself;
/// 2. the checks that need no database;
/// 3. a configuration: one that the provider refuses ends the verification, since it is no defect;
/// 4. the checks that need one;
/// 5. rules about everything that was heard meanwhile;
/// 6. rules that no check came to.
/// Whatever the provider does, this ends in time.
/// </summary>
public static class Verification
{
    /// <returns>The report, and what is wrong with the configuration, where something is.</returns>
    public static async Task<(VerificationReport Report, Diagnostic? Fault)> RunAsync(VerifyOptions options, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var wanted = options.Only.Count == 0 ? RuleTable.All : [.. options.Only.SelectMany(RuleTable.Find).Distinct()];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.TotalTimeout);
        await using var examination = new Examination(options with { Executable = Path.GetFullPath(options.Executable) });
        var run = new CheckRun(examination, wanted.ToHashSet(), cancellationToken);

        // 1
        if (await run.TryAsync(CheckTable.Schema, limit.Token))
        {
            // 2 to 4
            foreach (var check in CheckTable.All.Where(c => c.Rules.Any(wanted.Contains)))
            {
                if (!check.NeedsConfiguration || (options.Config is not null && examination.Refusal is null))
                {
                    await run.TryAsync(check, limit.Token);
                }
            }
        }

        // 5
        await examination.HearOutAsync();
        Overall.Conclude(examination);

        // 6
        run.ConcludeUnreached();
        var report = new VerificationReport
        {
            Provider = examination.Facts.Name.Length > 0 ? examination.Facts.Name : Path.GetFileNameWithoutExtension(options.Executable),
            Version = examination.Facts.Version,
            Executable = options.Executable,
            Profile = options.Profile,
            Findings = run.Result(),
            IsPartial = options.Only.Count > 0,
            Duration = watch.Elapsed,
        };
        return (report, examination.Refusal is not { } refusal ? null : Diagnostic.Error(
            "CONFIGURATION_REFUSED",
            "The provider refuses the configuration that it is to be verified with",
            $"{examination.Secrets.Hide(refusal.Error.TrimEnd('.'))}. This is not counted against the provider: see whether its database runs, and correct config in the file of --config."));
    }
}
