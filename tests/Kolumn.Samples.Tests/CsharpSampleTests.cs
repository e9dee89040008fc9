using System.Text.Json.Nodes;

namespace Kolumn.Samples.Tests;

/// <summary>samples/csharp: members of a JSON file, with the Sdk.</summary>
public sealed class CsharpSampleTests : SampleContract
{
    private protected override Sample Sample => Sample.Csharp;

    private protected override string Expected => """{"Logging":{"LogLevel":{"Default":"Warning"}},"AllowedHosts":"example.org"}""";

    private protected override (string Old, string New, string Said) Mistake => ("  value = {", "  vlaue = {", "Did you mean \"value\"?");

    [Fact]
    public async Task Apply_MembersOfOthers_Stay()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await File.WriteAllTextAsync(project.FileOf("config.json"), """{ /* ours */ "Theirs": [1, 2] }""", Token);
        await project.ExpectAsync(0, "init");

        await project.ExpectAsync(0, "apply", "--auto-approve");
        await project.ExpectAsync(0, "destroy", "--auto-approve");

        (await LookAsync(project)).ShouldBe("""{"Theirs":[1,2]}""");
    }

    [Fact]
    public async Task Docs_AsMarkdown_BeginWithTheProvider()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);

        var page = await project.ExpectAsync(0, "provider", "docs", Path.Combine(await Sample.BuiltAsync(Token), "kolumn-provider-settings"), "--format", "markdown");

        page.ShouldStartWith("# Provider settings 1.0.0\n");
    }

    [Fact]
    public async Task Plan_FileThatIsNoJson_NamesTheFileAndItsFault()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await File.WriteAllTextAsync(project.FileOf("config.json"), "[Logging]\nLevel=Warning", Token);
        await project.ExpectAsync(0, "init");

        var refused = await project.ExpectAsync(1, "plan");

        refused.ShouldContain("config.json cannot be used");
        refused.ShouldContain("LineNumber: 0");
    }

    private protected override Task<string> LookAsync(SampleProject project)
    {
        var file = project.FileOf("config.json");
        var members = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject() : [];
        return Task.FromResult(members.Count == 0 ? "" : members.ToJsonString());
    }

    private protected override Task TamperAsync(SampleProject project) =>
        File.WriteAllTextAsync(project.FileOf("config.json"), """{"Logging":{"LogLevel":{"Default":"Debug"}},"AllowedHosts":"example.org"}""", Token);
}
