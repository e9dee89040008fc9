using System.Diagnostics;
using Kolumn.Core.State;
using Kolumn.Core.Tests.Support;

namespace Kolumn.Core.Tests.State;

public sealed class KilledProcessTests
{
    [Fact]
    public async Task Open_OwnerWasKilled_LockIsFreeAndEverythingCertainIsThere()
    {
        using var directory = new TemporaryDirectory();
        using var holder = Process.Start(new ProcessStartInfo(Executable(), ["hold-state", directory.Path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestProject.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        (await holder.StandardOutput.ReadLineAsync(limit.Token)).ShouldBe("ready");
        var refused = new DiagnosticList();
        StateStore.Open(new StateDirectory(directory.Path), "plan", TimeProvider.System, refused).ShouldBeNull();
        refused.ShouldHaveSingleItem().Detail!.ShouldContain($"(process {holder.Id})");

        holder.Kill();
        await holder.WaitForExitAsync(limit.Token);

        var diagnostics = new DiagnosticList();
        await using var store = StateStore.Open(new StateDirectory(directory.Path), "plan", TimeProvider.System, diagnostics).ShouldNotBeNull();
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe(CoreCodes.OutcomeUnknown);
        store.State.Resources.Select(r => $"{r.Name} {ProjectState.IsOutcomeUnknown(r)}").ShouldBe(["done False", "begun True"]);
    }

    private static string Executable() => Path.ChangeExtension(typeof(KilledProcessTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
}
