using System.Text.Json.Nodes;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The provider of SQLite on a file of its own, sound or with one defect, verified in this process.</summary>
internal static class Verified
{
    public static string Wrong => Repository.Executable("WrongProviders", "kolumn-provider-wrong");

    /// <param name="defect">Empty for the sound one.</param>
    /// <param name="only">Rules; none for all.</param>
    public static async Task<VerificationReport> RunAsync(string defect, params string[] only)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("verify.json", Fixtures.Sqlite(folder.File("verified.db")));
        var (options, faults) = VerifyFile.Read(file, new VerifyOptions { Executable = Wrong, Only = only, Variables = new Dictionary<string, string>() });
        faults.ShouldBeEmpty();
        options = options! with
        {
            Variables = new Dictionary<string, string> { ["WRONG"] = defect },
            StartTimeout = TimeSpan.FromSeconds(20),
            CallTimeout = TimeSpan.FromSeconds(defect.StartsWith("hangs", StringComparison.Ordinal) ? 2 : 20),
        };
        var (report, refusal) = await Verification.RunAsync(options, TestContext.Current.CancellationToken);
        refusal.ShouldBeNull();
        return report;
    }
}
