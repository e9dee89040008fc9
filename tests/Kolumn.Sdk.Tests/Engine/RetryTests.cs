using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using Kolumn.Testing;
using static Kolumn.Sdk.Tests.Folders.FolderProvider;

namespace Kolumn.Sdk.Tests.Engine;

/// <summary>Somebody else is in the way for a moment.</summary>
public sealed class RetryTests
{
    private static readonly Diagnostic Locked = Diagnostic.Error(DiagnosticCodes.Operation, "the folder is locked") with { Retryable = true };

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Apply_TheObstacleGoesAway_Succeeds(int times)
    {
        var clock = new ManualClock();
        await using var provider = await ConfiguredAsync(time: clock);

        var result = await ApplyAsync(provider, clock, [.. Enumerable.Repeat(Locked, times)]);

        result.Success.ShouldBeTrue();
        provider.Files.ShouldBe(["note~a", "note~b"]);
    }

    [Fact]
    public async Task Apply_TheObstacleStays_EndsWithIt()
    {
        var clock = new ManualClock();
        await using var provider = await ConfiguredAsync(time: clock);

        var result = await ApplyAsync(provider, clock, [Locked, Locked, Locked]);

        (result.Success, result.RolledBack, result.Error).ShouldBe((false, true, "note.a: the folder is locked"));
        provider.Connections[0].Obstacles.ShouldBeEmpty();
        provider.Files.ShouldBeEmpty();
        (await ApplyAsync(provider, clock, [])).Success.ShouldBeTrue();
    }

    [Theory]
    [InlineData(DiagnosticCodes.Operation, false)]
    [InlineData(DiagnosticCodes.Connection, true)]
    public async Task Apply_AnythingElse_IsTriedOnce(string code, bool retryable)
    {
        var clock = new ManualClock();
        await using var provider = await ConfiguredAsync(time: clock);
        var refusal = Diagnostic.Error(code, "no") with { Retryable = retryable };

        (await ApplyAsync(provider, clock, [refusal, refusal])).Success.ShouldBeFalse();

        provider.Connections[0].Obstacles.Count.ShouldBe(1);
    }

    /// <summary>The clock goes on while the call waits.</summary>
    private static async Task<ApplyResponse> ApplyAsync(FolderProvider provider, ManualClock clock, Diagnostic[] obstacles)
    {
        foreach (var obstacle in obstacles)
        {
            provider.Connections[0].Obstacles.Enqueue(obstacle);
        }

        var applying = provider.ApplyAsync(Create("note", "a"), Create("note", "b"));
        await Eventually.IsSoAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return applying.IsCompleted;
        }, TestContext.Current.CancellationToken);

        return await applying;
    }
}
