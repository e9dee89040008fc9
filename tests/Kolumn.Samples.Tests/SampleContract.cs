using System.Text.Json.Nodes;
using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Samples.Tests;

/// <summary>
/// What holds for every sample, whatever its language: the project in its example folder goes through a whole life by the real <c>kolumn</c>, the
/// provider being told nothing but what its protocol says. Each sample adds what it manages and how that looks from outside.
/// </summary>
public abstract class SampleContract
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Sample Sample { get; }

    /// <summary>What the example makes, as <see cref="LookAsync"/> sees it.</summary>
    private protected abstract string Expected { get; }

    /// <summary>An edit of the example that the provider refuses, or its schema does, and a part of what is then said.</summary>
    private protected abstract (string Old, string New, string Said) Mistake { get; }

    /// <summary>Readies a project for its first command.</summary>
    private protected virtual Task PrepareAsync(SampleProject project) => Task.CompletedTask;

    /// <summary>What exists, asked for behind the provider's back.</summary>
    private protected abstract Task<string> LookAsync(SampleProject project);

    /// <summary>Changes something of it behind the provider's back.</summary>
    private protected abstract Task TamperAsync(SampleProject project);

    [Fact]
    public async Task Example_FromInitToDestroy_EveryCommandSeesWhatIsThere()
    {
        using var project = await ProjectAsync();

        await project.ExpectAsync(0, "init");
        await project.ExpectAsync(2, "plan", "--detailed-exitcode");
        await project.ExpectAsync(0, "apply", "--auto-approve");
        (await LookAsync(project)).ShouldBe(Expected);
        await project.ExpectAsync(0, "plan", "--detailed-exitcode");

        await TamperAsync(project);
        (await LookAsync(project)).ShouldNotBe(Expected);
        await project.ExpectAsync(2, "drift", "--detailed-exitcode");
        await project.ExpectAsync(0, "apply", "--auto-approve", "--allow", "data_loss");
        (await LookAsync(project)).ShouldBe(Expected);

        await project.ExpectAsync(0, "destroy", "--auto-approve");
        (await LookAsync(project)).ShouldBe("");
    }

    [Fact]
    public async Task Plan_MistakeOverASocket_IsExplainedAndTheExampleStillWorks()
    {
        using var project = await ProjectAsync();
        project.Environment["KOLUMN_TRANSPORT"] = "unix";
        var name = Path.GetFileName(Directory.GetFiles(project.Path, "*.kl").Single());
        var (old, @new, said) = Mistake;
        await project.ExpectAsync(0, "init");

        project.Edit(name, old, @new);
        var refused = await project.ExpectAsync(1, "plan");
        project.Edit(name, @new, old);
        await project.ExpectAsync(2, "plan", "--detailed-exitcode");

        refused.ShouldContain(said);
    }

    [Fact]
    public virtual async Task Verify_AgainstTheSpecification_ReachesFull()
    {
        using var project = await ProjectAsync();

        var report = await project.ExpectAsync(0, "verify", Path.Combine(await Sample.BuiltAsync(Token), $"kolumn-provider-{Sample.Provider}"), "--config", project.FileOf("verify.json"));

        report.ShouldContain("Level Full.");
        (await LookAsync(project)).ShouldBe("");
    }

    [Fact]
    public async Task Provider_StartedByAPerson_SaysWhatItIsAndShowsItsSchema()
    {
        var path = Path.Combine(await Sample.BuiltAsync(Token), $"kolumn-provider-{Sample.Provider}");

        var alone = await Command.RunAsync(path, [], Limit, Token);
        var schema = await Command.RunAsync(path, ["--schema"], Limit, Token);

        alone.ExitCode.ShouldBe(1);
        alone.Errors.ShouldContain("Kolumn starts it", Case.Insensitive);
        JsonNode.Parse(schema.Output)!["name"]!.GetValue<string>().ShouldBe(Sample.Provider);
        var page = await Command.RunAsync(Repository.Executable("Kolumn.Cli", "kolumn"), ["provider", "docs", path, "--format", "html"], Limit, Token);
        page.Output.ShouldStartWith("<!DOCTYPE html>", Case.Sensitive, page.Errors);
        page.Output.ShouldContain($"<h1>Provider {Sample.Provider} 1.0.0</h1>");
    }

    private async Task<SampleProject> ProjectAsync()
    {
        var project = await SampleProject.OfAsync(Sample, Token);
        await PrepareAsync(project);
        return project;
    }
}
