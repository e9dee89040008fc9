using Kolumn.Host;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The provider of SQLite on a file of its own, with one defect, verified in this process.</summary>
internal static class Verified
{
    /// <summary><c>all</c> has every defect tried; some forty stand, one in three.</summary>
    private const string DefectsVariable = "KOLUMN_TEST_DEFECTS";

    // A hang, a crash, nonsense, a flood and a lie.
    private static readonly string[] Always = ["hangs-on-read", "dies-on-create", "answers-with-half-an-object", "answers-with-a-flood", "apply-is-always-a-success"];

    public static string Wrong => Repository.Executable("WrongProviders", "kolumn-provider-wrong");

    /// <param name="tried">The rule or group that is asked for; what is found on the way is reported as well.</param>
    public static async Task FindsAsync(string defect, string rule, string tried)
    {
        Assert.SkipUnless(Stands(defect), $"One defect in three stands; {DefectsVariable}=all tries every one.");
        var report = await RunAsync(defect, tried);

        var failed = report.Findings.Where(f => f.Verdict == Verdict.Failed).ToList();
        failed.Select(f => f.Rule.Id).ShouldContain(rule, string.Join("\n", report.Findings.Where(f => f.Verdict != Verdict.Passed).Select(f => $"{f.Rule.Id} {f.Subject} {f.Verdict}: {f.What}")));
        failed.ShouldAllBe(f => f.What.Length > 0);
    }

    private static async Task<VerificationReport> RunAsync(string defect, string only)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("verify.json", Fixtures.Sqlite(folder.File("verified.db"), defect.StartsWith("secret", StringComparison.Ordinal)));
        var (options, faults) = VerifyFile.Read(file, new VerifyOptions { Executable = Wrong, Only = [only], Variables = new Dictionary<string, string>() });
        faults.ShouldBeEmpty();
        options = options! with
        {
            Variables = new Dictionary<string, string> { ["WRONG"] = defect },
            // Starts in half the time of TCP with its certificates, which the sound provider is verified with.
            Transport = ProviderTransport.Unix,
            StartTimeout = TimeSpan.FromSeconds(defect == "hangs-at-start" ? 1 : 20),
            CallTimeout = TimeSpan.FromSeconds(defect.StartsWith("hangs", StringComparison.Ordinal) ? 2 : 20),
        };
        var (report, refusal) = await Verification.RunAsync(options, TestContext.Current.CancellationToken);
        refusal.ShouldBeNull();
        return report;
    }

    // The same ones each time, whatever stands beside them.
    private static bool Stands(string defect) => Environment.GetEnvironmentVariable(DefectsVariable) == "all" || Always.Contains(defect) || defect.Sum(c => c) % 3 == 0;
}
