using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using static Kolumn.Sdk.Tests.Folders.FolderProvider;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class PostponingTests
{
    private static readonly PlanResource[] Pair = [Create("letter", "a", """{"after":["b"],"text":"dear b"}"""), Create("letter", "b", """{"after":["a"]}""")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_TwoThatNeedEachOther_AreMadeAndDeleted(bool transactional)
    {
        await using var provider = await ConfiguredAsync(transactional);

        var made = await provider.ApplyAsync(Pair);

        made.Diagnostics.ShouldBeNull();
        made.Results.Select(r => $"{r.Name} {r.Success} {r.State!["after"]!.ToJsonString()}").Order().ShouldBe(["a True [\"b\"]", "b True [\"a\"]"]);
        var states = made.Results.ToDictionary(r => r.Name, r => r.State);
        (await provider.PlanAsync(Update("letter", "a", states["a"], """{"after":["b"],"text":"dear b"}"""), Update("letter", "b", states["b"], """{"after":["a"]}""")))
            .Resources.ShouldAllBe(r => r.Action == ResourceActions.NoOp);

        var gone = await provider.ApplyAsync(Delete("letter", "a", states["a"]), Delete("letter", "b", states["b"]));

        gone.Success.ShouldBeTrue();
        provider.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_OneExistsAlready_NothingIsDivided()
    {
        await using var provider = await ConfiguredAsync();
        var alone = (await provider.ApplyAsync(Create("letter", "b"))).Results[0].State;

        var plan = await provider.PlanAsync(Pair[0], Update("letter", "b", alone, """{"after":["a"]}"""));

        plan.Resources.Select(r => $"{r.Action} {r.Statements!.Count}").ShouldBe(["create 1", "update 1"]);
        (await provider.ApplyAsync(Pair[0], Update("letter", "b", alone, """{"after":["a"]}"""))).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Plan_ACircleThatCannotBePostponed_IsACycle()
    {
        await using var provider = await ConfiguredAsync();

        var plan = await provider.PlanAsync(Create("letter", "a", """{"after":["urgent"]}"""), Create("letter", "urgent", """{"after":["urgent"]}""", "letter.a"));

        plan.Success.ShouldBeFalse();
        plan.Diagnostics!.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.DependencyCycle);
    }

    [Fact]
    public async Task Apply_StepByStepAndTheOtherFails_TheFirstIsAFailureThatSaysWhatIsMissing()
    {
        await using var provider = await ConfiguredAsync(transactional: false);

        var result = await provider.ApplyAsync(Create("letter", "a", """{"after":["b/c"]}"""), Create("letter", "b/c", """{"after":["a"]}"""));

        result.Results.Select(r => $"{r.Name}: {r.Error}").ShouldBe(
            ["b/c: letter~b/c.json is in no folder", "a: letter~a.json answers b/c, which does not exist"], ignoreOrder: true);
        provider.Files.ShouldBe(["letter~a"]);
    }
}
