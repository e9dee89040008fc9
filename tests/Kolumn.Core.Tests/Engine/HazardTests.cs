using Kolumn.Core.Applying;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Tests.Engine;

/// <summary>What loses data happens only to somebody who has named it.</summary>
public sealed class HazardTests
{
    [Theory]
    [InlineData("")]
    [InlineData("table_rewrite")]
    public async Task Apply_AHazardThatIsNotAllowed_ShowsThePlanAsksNobodyAndChangesNothing(string allowed)
    {
        using var project = await WithAFolderToLoseAsync();
        var (shown, asked) = (0, 0);

        var report = await project.Engine().ApplyAsync(
            new ApplyOptions
            {
                AllowedHazards = allowed.Split(' '),
                Show = _ => shown++,
                Approve = (_, _) => Task.FromResult(++asked > 0),
            },
            TestProject.Token);

        (shown, asked).ShouldBe((1, 0));
        report.Approved.ShouldBeFalse();
        var refusal = report.Diagnostics.ShouldHaveSingleItem();
        (refusal.Code, refusal.Address, refusal.Detail).ShouldBe(
            (CoreCodes.HazardNotAllowed, "files_folder.a", "Everything in a is lost. If that is meant: --allow data_loss. Nothing has been changed."));
        File.Exists(Path.Combine(project.World, "files_folder", "a.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_TheHazardIsAllowed_GoesOn()
    {
        using var project = await WithAFolderToLoseAsync();

        var report = await project.Engine().ApplyAsync(
            new ApplyOptions { AllowedHazards = [Hazard.DataLoss], Approve = (_, _) => Task.FromResult(true) }, TestProject.Token);

        report.Success.ShouldBeTrue();
        File.Exists(Path.Combine(project.World, "files_folder", "a.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Destroy_WithSuchHazards_NeedsNoPermission()
    {
        using var project = await WithAFolderToLoseAsync();

        (await project.DestroyAsync()).Success.ShouldBeTrue();
    }

    private static async Task<TestProject> WithAFolderToLoseAsync()
    {
        var project = new TestProject();
        project.Write(TestProject.Provider + """create "files_folder" "a" {}""");
        (await project.ApplyAsync()).Success.ShouldBeTrue();
        project.Write(TestProject.Provider);
        project.Behaviours[0].Distort = operations => operations[0] = operations[0] with
        {
            Hazards = [new Hazard("table_rewrite", "Slow."), new Hazard(Hazard.DataLoss, "Everything in a is lost.")],
        };
        return project;
    }
}
