using Kolumn.Core.Planning;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;

namespace Kolumn.Core.Tests.Planning;

public sealed class PlanFileTests
{
    private const string Text = TestProject.Provider + """
        variable "comment" {}
        create "files_folder" "a" { comment = "${var.comment} ${timestamp()}" }
        create "files_document" "b" {
          folder = files_folder.a
          pages  = files_document.c.size
        }
        create "files_document" "c" {}
        output "o" { value = files_folder.a.comment }
        """;

    private static async Task<(TestProject Project, string File)> SaveAsync()
    {
        var project = new TestProject();
        project.Write(Text);
        project.Variables.Add(new("comment", "from the command line"));
        var plan = (await project.PlanAsync()).Plan!;
        var file = project.PathTo("saved.plan");
        PlanFile.Write(file, plan);
        project.Variables.Clear();
        return (project, file);
    }

    [Fact]
    public async Task ReadAndApply_UnchangedWorld_DoesWhatWasPlannedWithoutAskingAgain()
    {
        var (project, file) = await SaveAsync();
        using var _ = project;
        var plans = project.Files.Plans.Count;

        var read = PlanFile.Read(file, out var diagnostics).ShouldNotBeNull();
        var report = await project.ApplyAsync(file);

        diagnostics.ShouldBeEmpty();
        (read.Counts.Create, read.Counts.Deferred, read.Outputs.Single().Name).ShouldBe((2, 1, "o"));
        report.Diagnostics.ShouldBeEmpty();
        report.Counts.Created.ShouldBe(3);
        project.Files.Plans.Count.ShouldBe(plans + 1, "only the deferred resource is planned during apply");
        project.Read("files_folder", "a")!["comment"]!.GetValue<string>().ShouldStartWith("from the command line 20");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Apply_StateHasMovedOn_IsStale()
    {
        var (project, file) = await SaveAsync();
        using var _ = project;
        (await project.ApplyAsync(file)).Success.ShouldBeTrue();

        var report = await project.ApplyAsync(file);

        report.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.StalePlan);
        report.Results.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_ConfigurationHasChanged_IsStale()
    {
        var (project, file) = await SaveAsync();
        using var _ = project;
        project.Write(Text.Replace("from", "by", StringComparison.Ordinal).Replace("\"files_document\" \"c\" {}", "\"files_document\" \"c\" { pages = 1 }", StringComparison.Ordinal));

        var report = await project.ApplyAsync(file);

        report.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.StalePlan);
        project.Files.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_DatabaseHasMovedOn_IsRefusedByTheProvider()
    {
        var (project, file) = await SaveAsync();
        using var _ = project;
        Directory.CreateDirectory(Path.Combine(project.World, "files_document"));
        await File.WriteAllTextAsync(Path.Combine(project.World, "files_document", "c.json"), """{"name":"c"}""", TestProject.Token);

        var report = await project.ApplyAsync(file);

        report.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.StalePlan);
        project.Files.Log.ShouldBeEmpty();
        project.Engine().State().Resources.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_OfAnotherProject_IsStale()
    {
        var (project, file) = await SaveAsync();
        using var _ = project;
        using var other = new TestProject();
        other.Write(Text);

        (await other.ApplyAsync(file)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.StalePlan);
    }

    [Fact]
    public async Task Read_AnyByteChangedOrCutOff_IsRefused()
    {
        var (project, file) = await SaveAsync();
        using var _ = project;
        var sound = await File.ReadAllBytesAsync(file, TestProject.Token);
        for (var i = 0; i < sound.Length - 1; i += 7)
        {
            var edited = sound.ToArray();
            edited[i] ^= 1;
            await File.WriteAllBytesAsync(file, edited, TestProject.Token);
            Refused(file, $"byte {i}");
            await File.WriteAllBytesAsync(file, sound[..i], TestProject.Token);
            Refused(file, $"cut at {i}");
        }

        await File.WriteAllBytesAsync(file, sound, TestProject.Token);
        PlanFile.Read(file, out var none).ShouldNotBeNull();
        none.ShouldBeEmpty();

        static void Refused(string path, string what)
        {
            PlanFile.Read(path, out var diagnostics).ShouldBeNull(what);
            diagnostics.ShouldHaveSingleItem().Code.ShouldBe(CoreCodes.InvalidPlanFile);
        }
    }

    [Fact]
    public void Read_Missing_SaysHowToMakeOne()
    {
        PlanFile.Read("/nowhere/saved.plan", out var diagnostics).ShouldBeNull();

        diagnostics.ShouldHaveSingleItem().Detail!.ShouldContain("plan -o /nowhere/saved.plan");
    }
}
