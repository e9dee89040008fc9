namespace Kolumn.Grpc.Tests.Interop;

/// <summary>Run alone before the others, this sets the peers up; what it cannot set up is in its output.</summary>
public sealed class InteropPeersTests
{
    [Fact]
    public async Task SetUp_OnThisMachine_SucceedsOrNamesTheReason()
    {
        var missing = await InteropPeers.SetUpAllAsync();

        foreach (var reason in missing)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(reason);
            reason.ShouldContain(" cannot be tested: ");
        }
    }
}
