using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Tests;

public sealed class SoundProviderTests
{
    [Fact]
    public async Task Verify_SoundProvider_ReachesFull()
    {
        var report = await Verified.RunAsync("");

        report.Findings.Where(f => f.Verdict is Verdict.Failed or Verdict.Unknown).Select(f => $"{f.Rule.Id} {f.Subject}: {f.What} {f.Sent} {f.Received}").ShouldBeEmpty();
        report.Level.ShouldBe(ComplianceLevel.Full);
    }
}
