namespace Kolumn.Compliance.Tests;

/// <summary>Each defect is found, by the rule that is about it.</summary>
public sealed class WrongProviderTests
{
    [Theory]
    [InlineData("unknown-function-succeeds", "functions.unknown")]
    [InlineData("schema-changes", "schema.stable")]
    [InlineData("close-fails-twice", "close.twice")]
    public async Task Verify_Defect_IsFoundByItsRule(string defect, string rule)
    {
        var report = await Verified.RunAsync(defect, rule);

        report.Findings.Where(f => f.Verdict == Verdict.Failed).Select(f => f.Rule.Id).ShouldContain(rule);
        report.Findings.Where(f => f.Verdict == Verdict.Failed).ShouldAllBe(f => f.What.Length > 0);
    }
}
