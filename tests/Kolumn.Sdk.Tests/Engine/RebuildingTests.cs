using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using static Kolumn.Sdk.Tests.Folders.FolderProvider;

namespace Kolumn.Sdk.Tests.Engine;

/// <summary>The folder refuses to drop what others refer to, and to alter what a poem quotes: an order that is wrong fails.</summary>
public sealed class RebuildingTests
{
    private const string Quoting = """{"after":["base"],"text":"ODE"}""";

    [Theory]
    [InlineData(true, """{"kind":"rich"}""", "replace")]
    [InlineData(true, """{"text":"new"}""", "update")]
    [InlineData(false, """{"kind":"rich"}""", "replace")]
    [InlineData(false, """{"text":"new"}""", "update")]
    public async Task Change_WithADatalessDependant_DropsItFirstAndBuildsItAgain(bool transactional, string changed, string action)
    {
        await using var provider = await ConfiguredAsync(transactional);
        var states = await MakeAsync(provider);
        PlanResource[] resources =
            [Update("note", "base", states["base"], changed), Update("poem", "quote", states["quote"], Quoting), Update("poem", "apart", states["apart"], """{"text":"X"}""")];

        var plan = await provider.PlanAsync(resources);

        plan.Success.ShouldBeTrue(plan.Error);
        plan.Resources.Select(r => r.Action).ShouldBe([action, "replace", "noop"]);
        plan.Resources[1].Reason.ShouldBe("note.base changes underneath it");
        plan.Resources[1].Statements!.Select(s => JsonNode.Parse(s)!["do"]!.GetValue<string>()).ShouldBe(["drop", "create"]);
        var applied = await provider.ApplyAsync(resources);
        applied.Success.ShouldBeTrue(applied.Error);
        applied.Summary.ShouldBe(new ApplySummary { Updated = 2, Unchanged = 1 });
        provider.Files.ShouldBe(["note~base", "poem~apart", "poem~quote"]);
        var after = applied.Results.ToDictionary(r => r.Name, r => r.State);
        (await provider.PlanAsync(Update("note", "base", after["base"], changed), Update("poem", "quote", after["quote"], Quoting)))
            .Resources.ShouldAllBe(r => r.Action == "noop");
    }

    [Fact]
    public async Task Change_WithADependantThatIsDeleted_DropsItFirst()
    {
        await using var provider = await ConfiguredAsync();
        var states = await MakeAsync(provider);

        var applied = await provider.ApplyAsync(Update("note", "base", states["base"], """{"text":"new"}"""), Delete("poem", "quote", states["quote"]));

        applied.Success.ShouldBeTrue(applied.Error);
        provider.Files.ShouldBe(["note~base", "poem~apart"]);
    }

    [Fact]
    public async Task Change_WithADependantThatHoldsData_IsLeftToTheDatabaseToRefuse()
    {
        await using var provider = await ConfiguredAsync();
        var states = (await provider.ApplyAsync(Create("note", "base"), Create("note", "top", """{"after":["base"]}"""))).Results.ToDictionary(r => r.Name, r => r.State);

        var applied = await provider.ApplyAsync(
            Update("note", "base", states["base"], """{"kind":"rich"}"""), Update("note", "top", states["top"], """{"after":["base"]}"""));

        applied.RolledBack.ShouldBeTrue();
        applied.Error.ShouldBe("note.base: note~base.json is needed by note~top.json");
        provider.Files.ShouldBe(["note~base", "note~top"]);
    }

    private static async Task<Dictionary<string, JsonObject?>> MakeAsync(FolderProvider provider)
    {
        var made = await provider.ApplyAsync(Create("note", "base"), Create("poem", "quote", Quoting), Create("poem", "apart", """{"text":"X"}"""));
        made.Success.ShouldBeTrue(made.Error);
        return made.Results.ToDictionary(r => r.Name, r => r.State);
    }
}
