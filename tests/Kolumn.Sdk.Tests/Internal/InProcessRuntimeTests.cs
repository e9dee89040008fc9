using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class InProcessRuntimeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("kolumn-runtime-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runtime_FromTheRegistry_PlansAppliesAndInspects()
    {
        var registry = new RuntimeRegistry();
        registry.Register("folder", InProcessRuntime.Factory(() => FolderProvider.Define(transactional: true).Add("note", new NoteHandler())));
        await using var runtime = await registry.LookupAsync("folder", Token);
        (await runtime.InitAsync(new InitRequest("folder.main", new JsonObject { ["path"] = _root }), Token)).Success.ShouldBeTrue();
        var capabilities = await runtime.CapabilitiesAsync(Token);
        capabilities.ResourceKinds.ShouldHaveSingleItem().Type.ShouldBe("folder_note");

        var request = new RuntimePlanRequest { DesiredState = [Desired("b", """{"after":["folder_note.a"]}"""), Desired("a", "{}")] };
        var plan = await runtime.PlanAsync(request, Token);
        plan.Operations.Select(o => o.Address).ShouldBe(["folder_note.a", "folder_note.b"]);
        var events = new List<ProviderEvent>();
        var applied = await runtime.ApplyAsync(new ApplyRequest(request, plan) { OnEvent = events.Add }, Token);

        applied.Success.ShouldBeTrue();
        events.Count.ShouldBe(4);
        var inspected = await runtime.InspectAsync(new InspectRequest { Resources = [.. applied.Results.Select(r => Instance(r.Name, r.State))] }, Token);
        inspected.State.Select(s => $"{s.Type} {s.Name}").ShouldBe(["folder_note a", "folder_note b"]);
        (await runtime.InspectAsync(new InspectRequest(), Token)).State.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Apply_OfASavedPlan_IsStaleOnlyWhenSomethingItTouchesMoved()
    {
        await using var runtime = InProcessRuntime.Create(FolderProvider.Define(transactional: true).Add("note", new NoteHandler()));
        await runtime.InitAsync(new InitRequest("folder", new JsonObject { ["path"] = _root }), Token);
        var first = new RuntimePlanRequest { DesiredState = [Desired("a", """{"text":"x"}"""), Desired("b", """{"text":"x"}""")] };
        var made = await runtime.ApplyAsync(new ApplyRequest(first, await runtime.PlanAsync(first, Token)), Token);
        var second = new RuntimePlanRequest
        {
            DesiredState = [Desired("a", """{"text":"y"}"""), Desired("b", """{"text":"x"}""")],
            CurrentState = [.. made.Results.Select(r => Instance(r.Name, r.State))],
        };
        var plan = await runtime.PlanAsync(second, Token);
        plan.Operations.Select(o => o.Action).ShouldBe(["update", "noop"]);

        await File.WriteAllTextAsync(Path.Combine(_root, "note~b.json"), """{"name":"b","text":"elsewhere"}""", Token);
        await File.WriteAllTextAsync(Path.Combine(_root, "note~a.json"), """{"name":"a","text":"moved"}""", Token);
        (await runtime.ApplyAsync(new ApplyRequest(second, plan), Token)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.StalePlan);

        await File.WriteAllTextAsync(Path.Combine(_root, "note~a.json"), """{"name":"a","text":"x"}""", Token);
        (await runtime.ApplyAsync(new ApplyRequest(second, plan), Token)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Init_ConfigurationRefused_SaysWhy()
    {
        await using var runtime = InProcessRuntime.Create(FolderProvider.Define(transactional: true).Add("note", new NoteHandler()));

        var answer = await runtime.InitAsync(new InitRequest("folder", []), Token);

        answer.Success.ShouldBeFalse();
        answer.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.MissingAttribute);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static DesiredResource Desired(string name, string config) => new() { Type = "folder_note", Name = name, Config = JsonNode.Parse(config)!.AsObject() };

    private static ResourceInstance Instance(string name, JsonObject? state) => new() { Type = "folder_note", Name = name, State = (JsonObject?)state?.DeepClone() ?? [] };
}
