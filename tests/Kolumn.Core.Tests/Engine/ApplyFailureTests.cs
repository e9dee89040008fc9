using Kolumn.Core.Applying;
using Kolumn.Core.State;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;
using Kolumn.Testing;

namespace Kolumn.Core.Tests.Engine;

public sealed class ApplyFailureTests
{
    private const string Three = TestProject.Provider + """
        create "files_folder" "a" {}
        create "files_document" "b" {
          folder  = files_folder.a
          content = "b"
        }
        create "files_document" "c" { content = files_document.b.name }
        """;

    [Fact]
    public async Task Apply_FailsInATransaction_RecordsNothingAndSaysWhere()
    {
        using var project = new TestProject(new FilesBehaviour { IsAtomic = true, FailAt = "files_document.b" });
        project.Write(Three);

        var report = await project.ApplyAsync();

        var reason = report.Diagnostics.ShouldHaveSingleItem();
        (reason.Code, reason.Place!.Line, reason.Place.Column).ShouldBe((DiagnosticCodes.Permission, 7, 13));
        report.Results.Select(r => $"{r.Address} {r.Outcome}").ShouldBe(["files_folder.a Skipped", "files_document.b Failed", "files_document.c Skipped"]);
        project.Engine().State().Resources.ShouldBeEmpty();
        project.Read("files_folder", "a").ShouldBeNull();

        project.Files.FailAt = null;
        (await project.ApplyAsync()).Counts.Created.ShouldBe(3);
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Apply_FailsWithoutATransaction_KeepsWhatIsCertainAndDoubtsTheRest()
    {
        using var project = new TestProject(new FilesBehaviour { FailAt = "files_document.b" });
        project.Write(Three);

        var report = await project.ApplyAsync();

        report.Counts.ShouldBe(new ApplyCounts(1, 0, 0, 0, 0, 0, Failed: 1, Skipped: 1, Unknown: 0));
        var resources = project.Engine().State().Resources;
        resources.Select(r => $"{r.Address} {StateResult.IsOutcomeUnknown(r)}").ShouldBe(["files_folder.a False", "files_document.b True"]);

        project.Files.FailAt = null;
        (await project.ApplyAsync()).Success.ShouldBeTrue();
        await project.ShouldBeConvergedAsync();
        project.Engine().State().Resources.ShouldAllBe(r => !StateResult.IsOutcomeUnknown(r));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_ProviderCrashesAfterCreate_DoubtIsRecordedAndReconciledByTheNextPlan(bool stillWanted)
    {
        using var project = new TestProject(new FilesBehaviour { CrashAfter = "files_document.b" });
        project.Write(Three);

        var report = await project.ApplyAsync();

        var failure = report.Diagnostics.ShouldHaveSingleItem();
        (failure.Code, failure.Summary).ShouldBe((CoreCodes.ProviderFailed, "Provider files failed"));
        failure.Detail!.ShouldContain("exit code 137");
        report.Results.Select(r => $"{r.Address} {r.Outcome}").ShouldBe(["files_folder.a Succeeded", "files_document.b Unknown", "files_document.c Unknown"]);
        project.Engine().State().Resources.Select(r => $"{r.Name} {StateResult.IsOutcomeUnknown(r)}").ShouldBe(["a False", "b True", "c True"]);

        project.Files.CrashAfter = null;
        if (!stillWanted)
        {
            project.Write(TestProject.Provider);
        }

        (await project.ApplyAsync()).Success.ShouldBeTrue();
        (project.Read("files_document", "b") is null).ShouldBe(!stillWanted);
        (project.Read("files_document", "c") is null).ShouldBe(!stillWanted);
        project.Engine().State().Resources.Select(r => $"{r.Name} {StateResult.IsOutcomeUnknown(r)}").ShouldBe(stillWanted ? ["a False", "b False", "c False"] : []);
        await project.ShouldBeConvergedAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Apply_Cancelled_WhatHasBegunComesToItsEndAndIsRecorded(bool isAtomic)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestProject.Token);
        using var project = new TestProject(new FilesBehaviour { IsAtomic = isAtomic, CancelAt = ("files_document.b", source) });
        project.Write(Three);

        var report = await project.Engine().ApplyAsync(new ApplyOptions { Approve = (_, _) => Task.FromResult(true) }, source.Token);

        report.Diagnostics.Select(d => d.Code).ShouldBe([DiagnosticCodes.Cancelled]);
        report.Results.ShouldAllBe(r => r.Outcome == ResourceOutcome.Succeeded);
        project.Engine().State().Resources.Select(r => $"{r.Name} {StateResult.IsOutcomeUnknown(r)}").ShouldBe(["a False", "b False", "c False"]);
        project.Files.CancelAt = null;
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Apply_CancelledBeforeItBegins_ChangesNothing()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestProject.Token);
        using var project = new TestProject();
        project.Write(Three);

        var report = await project.Engine().ApplyAsync(
            new ApplyOptions
            {
                Approve = async (_, _) =>
                {
                    await source.CancelAsync();
                    return true;
                },
            },
            source.Token);

        report.Diagnostics.Select(d => d.Code).ShouldBe([DiagnosticCodes.Cancelled]);
        project.Files.Applies.ShouldBeEmpty();
        project.Engine().State().Resources.ShouldBeEmpty();
        (await project.ApplyAsync()).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_CancelledAndDoesNotEnd_IsCalledOffAfterTheGrace()
    {
        var clock = new ManualClock();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestProject.Token);
        using var project = new TestProject(new FilesBehaviour { CancelAt = ("files_document.b", source), Hanging = () => clock.Advance(Applier.StopGrace) });
        project.Write(Three);

        var report = await project.Engine(clock).ApplyAsync(new ApplyOptions { Approve = (_, _) => Task.FromResult(true) }, source.Token);

        report.Diagnostics.Select(d => d.Code).ShouldBe([DiagnosticCodes.Cancelled]);
        report.Results.Select(r => $"{r.Address} {r.Outcome}").ShouldBe(["files_folder.a Succeeded", "files_document.b Unknown", "files_document.c Unknown"]);
        project.Files.CancelAt = null;
        (await project.ApplyAsync()).Success.ShouldBeTrue();
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Plan_Cancelled_IsADiagnosticAndReleasesTheLock()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestProject.Token);
        using var project = new TestProject();
        project.Write(Three);
        await source.CancelAsync();

        var result = await project.Engine().PlanAsync(isDestroy: false, source.Token);

        result.Diagnostics.Select(d => d.Code).ShouldBe([DiagnosticCodes.Cancelled]);
        (await project.PlanAsync()).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_KilledBeforeTheAnswer_NextRunSaysSoAndReconciles()
    {
        using var project = new TestProject();
        project.Write(Three);
        var directory = project.StateDirectory;
        await using (var killed = StateStore.Open(directory, "apply", TimeProvider.System, []).ShouldNotBeNull())
        {
            await killed.BeginAsync(new StateIntent("op", [new IntendedChange("files_folder.a", ResourceActions.Create, new Protocol.Payloads.ResourceInstance { Type = "files_folder", Name = "a", Provider = "files" })]));
        }

        Directory.CreateDirectory(Path.Combine(project.World, "files_folder"));
        await File.WriteAllTextAsync(Path.Combine(project.World, "files_folder", "a.json"), """{"name":"a","comment":"half done"}""", TestProject.Token);

        var plan = await project.PlanAsync();

        plan.Diagnostics.Select(d => d.Code).ShouldBe([CoreCodes.OutcomeUnknown]);
        plan.Plan!.Operations.Select(o => $"{o.Action} {o.Address}").ShouldBe(["update files_folder.a", "create files_document.b", "create files_document.c"]);
        (await project.ApplyAsync()).Success.ShouldBeTrue();
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Apply_StateIsLocked_NamesTheOwnerAndAsksNoProvider()
    {
        using var project = new TestProject();
        project.Write(Three);
        await using var other = StateStore.Open(project.StateDirectory, "apply", TimeProvider.System, []).ShouldNotBeNull();

        var report = await project.ApplyAsync();

        report.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(CoreCodes.StateLocked);
        project.Files.Inits.ShouldBeEmpty();
        await other.DisposeAsync();
        (await project.ApplyAsync()).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_WouldDestroyAProtectedResource_IsRefusedUntilTheProtectionIsLifted()
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + "create \"files_folder\" \"a\" {\n  lifecycle { prevent_destroy = true }\n}");
        await project.ApplyAsync();
        project.Write(TestProject.Provider);

        var removed = await project.ApplyAsync();
        var destroyed = await project.DestroyAsync();

        removed.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.DestroyProtected);
        destroyed.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.DestroyProtected);
        project.Read("files_folder", "a").ShouldNotBeNull();
        project.Write(TestProject.Provider + "create \"files_folder\" \"a\" {}");
        (await project.ApplyAsync()).Success.ShouldBeTrue();
        project.Write(TestProject.Provider);
        (await project.ApplyAsync()).Counts.Deleted.ShouldBe(1);
    }

    [Fact]
    public async Task Plan_ChangedBehindKolumnsBack_ShowsTheDriftAndApplyRepairsIt()
    {
        using var project = new TestProject();
        project.Write(Three);
        await project.ApplyAsync();
        var path = Path.Combine(project.World, "files_document", "b.json");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, TestProject.Token)).Replace("\"b\"", "\"x\"", StringComparison.Ordinal).Replace("\"name\":\"x\"", "\"name\":\"b\"", StringComparison.Ordinal), TestProject.Token);

        var plan = await project.PlanAsync();

        (plan.Plan!.Counts.Drifted, plan.Plan.Counts.Update).ShouldBe((1, 1));
        (await project.ApplyAsync()).Counts.Updated.ShouldBe(1);
        await project.ShouldBeConvergedAsync();
    }

    [Theory]
    [InlineData("twice", "It plans files_folder.a twice or unasked. Nothing has been changed.")]
    [InlineData("unasked", "It plans files_folder.z twice or unasked. Nothing has been changed.")]
    [InlineData("missing", "It says nothing about files_folder.a. Nothing has been changed.")]
    public async Task Apply_ProviderPlansSomethingElse_IsADefectAndNothingIsDone(string how, string detail)
    {
        using var project = new TestProject();
        project.Write(Three);
        project.Files.Distort = how switch
        {
            "twice" => operations => operations.Add(operations[0]),
            "unasked" => operations => operations.Add(operations[0] with { Address = "files_folder.z" }),
            _ => operations => operations.RemoveAt(0),
        };

        var report = await project.ApplyAsync();

        var defect = report.Diagnostics.ShouldHaveSingleItem();
        (defect.Code, defect.Detail).ShouldBe((CoreCodes.ProviderDefect, detail));
        project.Files.Log.ShouldBeEmpty();
        project.Files.Distort = null;
        (await project.ApplyAsync()).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_FailsBeforeTheLastStage_ReportsWhatWasNeverPlannedAsSkipped()
    {
        using var project = new TestProject(new FilesBehaviour { IsAtomic = true, FailAt = "files_document.source" });
        project.Write(TestProject.Provider + """
            create "files_document" "source" { content = "12345" }
            create "files_document" "copy" { pages = files_document.source.size }
            """);

        var report = await project.ApplyAsync();

        report.Results.Select(r => $"{r.Address} {r.Outcome}").ShouldBe(["files_document.source Failed", "files_document.copy Skipped"]);
    }
}
