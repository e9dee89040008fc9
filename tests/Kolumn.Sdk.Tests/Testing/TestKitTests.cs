using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Testing;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Sdk.Tests.Testing;

/// <summary>What the Sdk gives to authors' tests, on a real provider and in memory.</summary>
public sealed class TestKitTests
{
    private static readonly Dictionary<string, ObjectType> Types = new()
    {
        ["note"] = new() { Attributes = new Dictionary<string, AttributeSchema> { ["text"] = new() { Type = "string" }, ["pages"] = new() { Type = "int" } } },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Harness_InMemory_GoesFromNothingToNothing()
    {
        var database = new InMemoryDatabase();
        await using var harness = await ProviderHarness.StartAsync(InMemoryRuntime.Create(database, Types), [], Token);
        var desired = JsonFixture.Parse("""[{"type": "memory_note", "name": "a", "config": {"text": "x", "pages": 2}}, {"type": "memory_note", "name": "b", "depends_on": ["memory_note.a"]}]""", "test");

        (await harness.PlanAsync(desired, Token)).Operations.Select(o => $"{o.Action} {o.Address}").ShouldBe(["create memory_note.a", "create memory_note.b"]);
        await harness.ApplyAsync(desired, Token);
        harness.State.Keys.ShouldBe(["memory_note.a", "memory_note.b"], ignoreOrder: true);
        (await harness.InspectAsync([], Token)).Select(r => r.Name).ShouldBe(["a", "b"]);

        database.Put("note", "a", new JsonObject { ["name"] = "a", ["text"] = "changed behind its back" });
        var repair = (await harness.PlanAsync(desired, Token)).Operations.Single(o => o.Action != ResourceActions.NoOp);
        repair.Changes!.Keys.ShouldBe(["text", "pages"], ignoreOrder: true);
        await harness.ApplyAsync(desired, Token);
        database.Find("note", ["a"]).Single()["text"]!.GetValue<string>().ShouldBe("x");

        await harness.ApplyAsync([], Token);
        harness.State.ShouldBeEmpty();
        database.Find("note", null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Harness_ProviderThatRefuses_SaysWhyAndGoesOn()
    {
        await using var folder = new FolderProvider(transactional: true);
        await using var harness = await ProviderHarness.StartAsync(InProcessRuntime.Create(folder.Definition), new JsonObject { ["path"] = folder.Root }, Token);

        var refused = await Should.ThrowAsync<HarnessException>(harness.ApplyAsync(JsonFixture.Parse("""[{"type": "folder_note", "name": "a", "config": {"txt": "x"}}]""", "test"), Token));

        refused.Message.ShouldStartWith("Plan failed: ");
        refused.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.UnknownAttribute);
        await harness.ApplyAsync(JsonFixture.Parse("""[{"type": "folder_note", "name": "a", "config": {"text": "x"}}]""", "test"), Token);
        folder.Files.ShouldBe(["note~a"]);
    }

    [Fact]
    public async Task Harness_NoSuchFolder_FailsAtTheStart()
    {
        await using var folder = new FolderProvider(transactional: true);

        (await Should.ThrowAsync<HarnessException>(ProviderHarness.StartAsync(InProcessRuntime.Create(folder.Definition), new JsonObject { ["path"] = "/no/such/folder" }, Token)))
            .Message.ShouldStartWith("Init failed: ");
    }

    [Theory]
    [InlineData("{}", "test: an array of resources is expected.")]
    [InlineData("[\n[", "test:2: ")]
    [InlineData("[1]", "test, element 0: an object is expected.")]
    [InlineData("""[{"type": "t", "name": "n"}, {"type": "t"}]""", "test, element 1: name holds no text.")]
    [InlineData("""[{"type": "t", "name": "n", "confg": {}}]""", "test, element 0: \"confg\" is none of type, name, config, depends_on.")]
    [InlineData("""[{"type": "t", "name": "n", "config": []}]""", "test, element 0: config is an object.")]
    [InlineData("""[{"type": "t", "name": "n", "depends_on": [1]}]""", "test, element 0: depends_on holds no text.")]
    public void Fixture_Mistake_IsNamedWithItsPlace(string json, string message) =>
        Should.Throw<FormatException>(() => JsonFixture.Parse(json, "test")).Message.ShouldStartWith(message);
}
