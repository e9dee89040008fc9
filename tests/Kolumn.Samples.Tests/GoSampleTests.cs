namespace Kolumn.Samples.Tests;

/// <summary>samples/go: files and symbolic links in a folder.</summary>
public sealed class GoSampleTests : SampleContract
{
    private protected override Sample Sample => Sample.Go;

    private protected override string Expected => "index.html -> pages/index.html\npages/index.html: <h1>Hello</h1>";

    private protected override (string Old, string New, string Said) Mistake => ("content = ", "mode = \"rw\"\n  content = ", "four octal digits");

    [Fact]
    public async Task Apply_PathOutsideTheFolder_IsRefusedAndNothingIsWritten()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await PrepareAsync(project);
        await project.ExpectAsync(0, "init");
        project.Edit("site.kl", "pages/index.html", "../index.html");

        var refused = await project.ExpectAsync(1, "apply", "--auto-approve");

        refused.ShouldContain("\"../index.html\" is no path below the folder");
        File.Exists(project.FileOf("index.html")).ShouldBeFalse();
        (await LookAsync(project)).ShouldBe("");
    }

    [Fact]
    public async Task Destroy_FileDeletedMeanwhile_IsNoFailure()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await PrepareAsync(project);
        await project.ExpectAsync(0, "init");
        await project.ExpectAsync(0, "apply", "--auto-approve");
        File.Delete(project.FileOf("site/pages/index.html"));

        await project.ExpectAsync(0, "destroy", "--auto-approve");

        (await LookAsync(project)).ShouldBe("");
    }

    private protected override Task PrepareAsync(SampleProject project)
    {
        Directory.CreateDirectory(project.FileOf("site"));
        return Task.CompletedTask;
    }

    private protected override Task<string> LookAsync(SampleProject project)
    {
        var folder = project.FileOf("site");
        var lines = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => new FileInfo(file))
            .Select(file => Path.GetRelativePath(folder, file.FullName) + (file.LinkTarget is { } target ? $" -> {target}" : $": {File.ReadAllText(file.FullName).Trim()}"));
        return Task.FromResult(string.Join('\n', lines));
    }

    private protected override Task TamperAsync(SampleProject project) => File.WriteAllTextAsync(project.FileOf("site/pages/index.html"), "gone", Token);
}
