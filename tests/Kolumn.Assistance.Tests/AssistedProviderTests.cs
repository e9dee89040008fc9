using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;
using Kolumn.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Assistance.Tests;

public sealed class AssistedProviderTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BoxProvider _boxes;
    private readonly AssistedProvider _assisted;
    private readonly ContractRuntime _runtime;

    public AssistedProviderTests()
    {
        _boxes = new BoxProvider(_folder.Path);
        _assisted = new AssistedProvider(_boxes, NullLoggerFactory.Instance);
        _runtime = new ContractRuntime(_assisted);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schema_OnlyResourceFunctions_IsCompletedAndSaysSo()
    {
        var schema = await _assisted.SchemaAsync(Token);

        string[] universal =
        [
            "CreateResource", "ReadResource", "UpdateResource", "DeleteResource", "DiscoverResources", "Plan", "Apply", "GetState", "SetState", "Ping", "Version",
        ];
        universal.ShouldBeSubsetOf(schema.SupportedFunctions);
        schema.SupportedFunctions.ShouldContain("DetectDrift");
        schema.SupportedFunctions.ShouldContain("ValidateState");
        schema.SupportedFunctions.ShouldNotContain("BeginTransaction");
        schema.Capabilities![AssistanceNeed.Capability].ShouldBeTrue();
        (schema.Name, schema.Version).ShouldBe(("store", "1.2.3"));
        schema.ResourceTypes.Select(t => t.Name).ShouldBe(["box", "label"]);
    }

    [Fact]
    public async Task Call_ProviderThatPlans_IsLeftAlone()
    {
        var complete = new BoxProvider(_folder.Path) { Schema = _boxes.Schema with { SupportedFunctions = [.. _boxes.Schema.SupportedFunctions, "Plan", "Apply"] } };
        complete.Instead = (function, _) => function == "Plan" ? new VersionResponse { Success = true, Version = "planned by itself" } : null;
        await using var assisted = new AssistedProvider(complete, NullLoggerFactory.Instance);

        var schema = await assisted.SchemaAsync(Token);
        await assisted.ConfigureAsync(new JsonObject { ["anything"] = 1 }, Token);
        var answer = await assisted.CallAsync<PlanRequest, VersionResponse>("Plan", new PlanRequest(), Token);

        schema.ShouldBe(complete.Schema);
        complete.Config!.ToJsonString().ShouldBe("""{"anything":1}""");
        answer.Version.ShouldBe("planned by itself");
        complete.Calls.ShouldBe(["Schema", "Configure", "Plan"]);
    }

    [Fact]
    public async Task Lifecycle_CreateDriftUpdateDelete_EachIsDoneByTheResourceFunctions()
    {
        await ConfigureAsync();
        var small = Desired(("box", "tea", """{"size":1}"""));

        var created = await ApplyAsync(small);
        var again = await PlanAsync(small with { CurrentState = created });
        File.WriteAllText(_boxes.FileOf("box", "tea"), """{"name":"tea","size":7,"colour":"brown"}""");
        var drifted = await PlanAsync(small with { CurrentState = created });
        var large = Desired(("box", "tea", """{"size":2,"colour":"red"}""")) with { CurrentState = created };
        var updated = await ApplyAsync(large);
        var written = File.ReadAllText(_boxes.FileOf("box", "tea"));
        var deleted = await ApplyAsync(new RuntimePlanRequest { CurrentState = updated });

        created.ShouldHaveSingleItem().State["weight"].ShouldNotBeNull();
        created[0].State["inode"].ShouldBeNull("It is in no schema.");
        again.Operations.ShouldHaveSingleItem().Action.ShouldBe(ResourceActions.NoOp);
        drifted.Operations[0].Action.ShouldBe(ResourceActions.Update);
        drifted.Operations[0].Drift!.Keys.ShouldBe(["size"]);
        JsonNode.Parse(written)!.AsObject()["colour"]!.GetValue<string>().ShouldBe("red");
        JsonNode.Parse(written)!.AsObject()["size"]!.GetValue<int>().ShouldBe(2);
        deleted.ShouldBeEmpty();
        File.Exists(_boxes.FileOf("box", "tea")).ShouldBeFalse();
    }

    [Fact]
    public async Task Create_DefaultsAndName_ArriveFilledIn()
    {
        await ConfigureAsync();

        await ApplyAsync(Desired(("box", "tea", """{"size":1}""")));

        JsonNode.Parse(File.ReadAllText(_boxes.FileOf("box", "tea")))!.ToJsonString().ShouldBe("""{"size":1,"name":"tea","colour":"brown"}""");
    }

    [Fact]
    public async Task Plan_AttributeLeftToTheProvider_StaysAsItIsUntilItIsWritten()
    {
        await ConfigureAsync();
        var free = Desired(("box", "tea", """{"size":1}"""));
        var recorded = await ApplyAsync(free);

        var kept = await PlanAsync(free with { CurrentState = recorded });
        var moved = await PlanAsync(Desired(("box", "tea", """{"size":1,"place":"cellar"}""")) with { CurrentState = recorded });

        recorded[0].State["place"]!.GetValue<string>().ShouldBe("shelf 1");
        kept.Operations[0].Action.ShouldBe(ResourceActions.NoOp);
        moved.Operations[0].Changes!.Keys.ShouldBe(["place"]);
    }

    [Theory]
    [InlineData("""{"id":"store_box.tea","type":"store_box","name":"tea","full_name":"tea"}""")]
    [InlineData("\"store_box.tea\"")]
    [InlineData("\"tea\"")]
    public async Task Plan_ReferenceToAnotherResource_GivesTheOrderAndItsName(string box)
    {
        await ConfigureAsync();
        var desired = Desired(("label", "a", $$"""{"box":{{box}}}"""), ("box", "tea", """{"size":1}"""));

        var plan = await PlanAsync(desired);
        var recorded = await ApplyAsync(desired);
        var destruction = await PlanAsync(new RuntimePlanRequest { CurrentState = recorded });

        plan.Operations.Select(o => o.Address).ShouldBe(["store_box.tea", "store_label.a"]);
        destruction.Operations.Select(o => o.Address).ShouldBe(["store_label.a", "store_box.tea"]);
        File.ReadAllText(_boxes.FileOf("label", "a")).ShouldContain("\"box\":\"tea\"");
    }

    [Fact]
    public async Task Plan_TypeThatCannotBeUpdated_IsReplaced()
    {
        await ConfigureAsync();
        var recorded = await ApplyAsync(Desired(("label", "a", """{"box":"tea","text":"old"}""")));

        var desired = Desired(("label", "a", """{"box":"tea","text":"new"}""")) with { CurrentState = recorded };
        var plan = await PlanAsync(desired);
        _boxes.Forget();
        await ApplyAsync(desired);

        plan.Operations[0].Action.ShouldBe(ResourceActions.Replace);
        _boxes.Calls.ShouldNotContain("UpdateResource");
        File.ReadAllText(_boxes.FileOf("label", "a")).ShouldContain("new");
    }

    [Fact]
    public async Task Plan_WhatHoldsData_NamesTheLossAndWhatHoldsNoneDoesNot()
    {
        await ConfigureAsync();
        var recorded = await ApplyAsync(Desired(("box", "tea", """{"size":1,"parts":[{"name":"lid"},{"name":"tray"}]}"""), ("label", "a", """{"box":"tea"}""")));

        var all = await PlanAsync(new RuntimePlanRequest { CurrentState = recorded });
        var part = await PlanAsync(Desired(("box", "tea", """{"size":2,"parts":[{"name":"lid"}]}"""), ("label", "a", """{"box":"tea"}""")) with { CurrentState = recorded });
        var none = await PlanAsync(Desired(("box", "tea", """{"size":2,"parts":[{"name":"lid"},{"name":"tray"}]}"""), ("label", "a", """{"box":"tea"}""")) with { CurrentState = recorded });

        HazardsOf(all, "store_box.tea").ShouldBe(["data_loss"]);
        HazardsOf(all, "store_label.a").ShouldBeEmpty();
        HazardsOf(part, "store_box.tea").ShouldBe(["data_loss"]);
        HazardsOf(none, "store_box.tea").ShouldBeEmpty();

        static IEnumerable<string> HazardsOf(RuntimePlan plan, string address) => (plan.Operations.Single(o => o.Address == address).Hazards ?? []).Select(h => h.Name);
    }

    [Fact]
    public async Task Plan_HundredResources_AsksOncePerType()
    {
        await ConfigureAsync();
        var boxes = Desired([.. Enumerable.Range(0, 100).Select(i => ("box", $"b{i}", """{"size":1}""")), ("label", "a", """{"box":"b1"}"""), ("label", "b", """{"box":"b1"}""")]);
        _boxes.Forget();

        var plan = await PlanAsync(boxes);

        plan.Operations.Count.ShouldBe(102);
        _boxes.Calls.ShouldBe(["DiscoverResources", "DiscoverResources"]);
    }

    [Fact]
    public async Task Plan_ExistsAndDiffers_IsAConflictAndEqualIsAdopted()
    {
        await ConfigureAsync();
        File.WriteAllText(_boxes.FileOf("box", "tea"), """{"name":"tea","size":7,"colour":"brown"}""");

        var differs = await _runtime.PlanAsync(Desired(("box", "tea", """{"size":1}""")), Token);
        var equals = await PlanAsync(Desired(("box", "tea", """{"size":7}""")));

        differs.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.AdoptionConflict);
        equals.Operations[0].Action.ShouldBe(ResourceActions.Read);
    }

    [Fact]
    public async Task Apply_OneIsRefused_ItsDependantsAreSkippedAndTheRestIsMade()
    {
        await ConfigureAsync();
        _boxes.Instead = (function, request) => function == "CreateResource" && (string?)request["name"] == "tea"
            ? new Envelope { Error = "the shelf is full", Code = DiagnosticCodes.Operation, Diagnostics = [Diagnostic.Error("FULL", "the shelf is full"), Diagnostic.Error("OLD", "and it creaks")] }
            : null;

        var result = await TryApplyAsync(Desired(("box", "tea", """{"size":1}"""), ("label", "a", """{"box":"tea"}"""), ("box", "milk", """{"size":1}""")));

        result.Success.ShouldBeFalse();
        var tea = result.Results.Single(r => r.Address == "store_box.tea");
        tea.Diagnostic!.Code.ShouldBe("FULL");
        tea.Diagnostic.Detail.ShouldBe("Also: and it creaks");
        result.Results.Single(r => r.Address == "store_label.a").Skipped.ShouldBeTrue();
        result.Results.Single(r => r.Address == "store_box.milk").Success.ShouldBeTrue();
        File.Exists(_boxes.FileOf("box", "milk")).ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_ACallBreaks_OnlyThatResourceFailsAndTheProviderGoesOn()
    {
        await ConfigureAsync();
        _boxes.Instead = (function, request) => function == "CreateResource" && (string?)request["name"] == "tea"
            ? throw new ProviderCallException(ProviderCallFailure.Defect, "it ended with exit code 3")
            : null;

        var result = await TryApplyAsync(Desired(("box", "tea", """{"size":1}"""), ("box", "milk", """{"size":1}""")));
        _boxes.Instead = (_, _) => null;
        var plan = await PlanAsync(Desired(("box", "tea", """{"size":1}""")));

        result.Results.Single(r => r.Address == "store_box.tea").Error!.ShouldContain("it ended with exit code 3");
        result.Results.Single(r => r.Address == "store_box.milk").Success.ShouldBeTrue();
        plan.Operations[0].Action.ShouldBe(ResourceActions.Create);
    }

    [Fact]
    public async Task Apply_SomethingElseIsMade_SaysWhat()
    {
        await ConfigureAsync();
        _boxes.Instead = (function, _) => function == "ReadResource"
            ? new ReadResourceResponse { Success = true, Exists = true, State = new JsonObject { ["name"] = "tea", ["size"] = 9, ["colour"] = "brown" } }
            : null;
        _boxes.Forget();

        var plan = new RuntimePlan { Operations = [] };
        var result = await _runtime.ApplyAsync(new ApplyRequest(Desired(("box", "tea", """{"size":1}"""), ("box", "milk", """{"size":1}""")), plan), Token);

        result.Success.ShouldBeFalse();
        result.Results.Single(r => r.Address == "store_box.tea").Error!.ShouldContain("size: the database has 9, asked for was 1");
    }

    [Fact]
    public async Task Configure_ProviderRefuses_ItsOwnWordsAreHeard()
    {
        _boxes.Instead = (function, _) => function == "Configure"
            ? Envelope.Failure<Envelope>([Diagnostic.Error("NO_FOLDER", "there is no such folder") with { Attribute = AttributePath.Of("folder") }, Diagnostic.Error("MORE", "nor a disk")])
            : null;

        var refused = await _assisted.ConfigureAsync(Config, Token);
        _boxes.Instead = (_, _) => null;
        var accepted = await _assisted.ConfigureAsync(Config, Token);

        refused.Success.ShouldBeFalse();
        refused.Diagnostics!.Select(d => d.Code).ShouldBe(["NO_FOLDER", "MORE"]);
        accepted.Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Configure_WrongType_IsSaidWithoutAskingTheProvider()
    {
        var refused = await _assisted.ConfigureAsync(new JsonObject { ["folder"] = 5 }, Token);

        refused.Diagnostics!.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.WrongType);
        _boxes.Calls.ShouldBe(["Schema"]);
    }

    [Fact]
    public async Task Configure_CallBreaks_IsTheProvidersOwnFailure()
    {
        _boxes.Instead = (function, _) => function == "Configure" ? throw new ProviderCallException(ProviderCallFailure.DeadlineExceeded, "too slow") : null;

        var failure = await Should.ThrowAsync<ProviderCallException>(() => _assisted.ConfigureAsync(Config, Token));

        failure.Failure.ShouldBe(ProviderCallFailure.DeadlineExceeded);
    }

    [Fact]
    public async Task Configure_WhatNobodyCanStandInForIsMissing_IsRefusedByName()
    {
        var poor = new BoxProvider(_folder.Path) { Schema = _boxes.Schema with { SupportedFunctions = ["CreateResource", "ReadResource", "DeleteResource"] } };
        await using var assisted = new AssistedProvider(poor, NullLoggerFactory.Instance);

        var refused = await assisted.ConfigureAsync(Config, Token);

        refused.Error!.ShouldContain("it has no DiscoverResources and no UpdateResource");
        poor.Calls.ShouldBe(["Schema"]);
    }

    [Fact]
    public async Task Schema_ContradictsItself_IsTheProvidersDefect()
    {
        var odd = new BoxProvider(_folder.Path)
        {
            Schema = _boxes.Schema with
            {
                ResourceTypes = [_boxes.Schema.ResourceTypes[0] with { ConfigSchema = new ObjectType { Attributes = new Dictionary<string, AttributeSchema> { ["size"] = new() { Type = "number of things" } } } }],
            },
        };
        await using var assisted = new AssistedProvider(odd, NullLoggerFactory.Instance);

        var failure = await Should.ThrowAsync<ProviderCallException>(() => assisted.SchemaAsync(Token));

        failure.Message.ShouldContain("box.size is of type \"number of things\"");
    }

    [Fact]
    public async Task Discover_PagesAndPagesWithoutEnd_AreReadAndRefused()
    {
        await ConfigureAsync();
        _boxes.Instead = (function, request) => function != "DiscoverResources" ? null : new DiscoverResourcesResponse
        {
            Success = true,
            Resources = [new DiscoveredResource { Type = "box", Name = request["page_token"] is null ? "one" : "two", State = new JsonObject { ["size"] = 1 } }],
            HasMore = request["page_token"] is null,
            NextToken = request["page_token"] is null ? "2" : null,
        };
        var pages = await _runtime.InspectAsync(new InspectRequest { Types = ["store_box"] }, Token);
        _boxes.Instead = (function, _) => function != "DiscoverResources" ? null : new DiscoverResourcesResponse { Success = true, HasMore = true, NextToken = "again" };
        var endless = await _runtime.InspectAsync(new InspectRequest { Types = ["store_box"] }, Token);

        pages.State.Select(r => r.Name).ShouldBe(["one", "two"]);
        pages.State[0].Config.ToJsonString().ShouldBe("""{"size":1,"name":"one"}""");
        endless.Diagnostics.ShouldHaveSingleItem().ToString().ShouldContain("promises another page and brings nothing new");
    }

    [Fact]
    public async Task Functions_BeyondTheProviders_AnswerFromTheEngine()
    {
        await ConfigureAsync();
        await ApplyAsync(Desired(("box", "tea", """{"size":1}""")));

        var state = await _assisted.CallAsync<StateRequest, StateResponse>(FunctionNames.GetState, new StateRequest(), Token);
        File.Delete(_boxes.FileOf("box", "tea"));
        var drift = await _assisted.CallAsync<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, new DriftRequest(), Token);
        var valid = await _assisted.CallAsync<ValidateRequest, ValidateResponse>(FunctionNames.ValidateState, new ValidateRequest(), Token);
        var ping = await _assisted.CallAsync<PingRequest, PingResponse>(FunctionNames.Ping, new PingRequest(), Token);
        var version = await _assisted.CallAsync<VersionRequest, VersionResponse>(FunctionNames.Version, new VersionRequest(), Token);
        var unknown = await Should.ThrowAsync<ProviderCallException>(() => _assisted.CallFunctionAsync("GetAuditLog", "{}"u8.ToArray(), Token));

        state.State!.Resources.ShouldHaveSingleItem().Type.ShouldBe("store_box");
        drift.HasDrift.ShouldBeTrue();
        valid.Success.ShouldBeTrue();
        ping.Success.ShouldBeTrue();
        version.Version.ShouldBe("its own");
        unknown.Failure.ShouldBe(ProviderCallFailure.UnsupportedFunction);
    }

    [Fact]
    public async Task Events_OfTheProvider_AreHeardButForResults()
    {
        await ConfigureAsync();
        var heard = new List<ProviderEvent>();
        _assisted.EventReceived += heard.Add;

        await ApplyAsync(Desired(("box", "tea", """{"size":1}""")));

        heard.ShouldContain(e => e.Type == "progress" && e.Message == "CreateResource");
        heard.Where(e => e.Type == "resource").ShouldHaveSingleItem().Address.ShouldBe("store_box.tea");
    }

    [Fact]
    public async Task Close_OfTheAssisted_ClosesTheProvider()
    {
        await ConfigureAsync();

        await _assisted.CloseAsync(Token);

        _boxes.IsClosed.ShouldBeTrue();
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        _folder.Dispose();
    }

    private JsonObject Config => new() { ["folder"] = _folder.Path };

    private async Task ConfigureAsync() => (await _assisted.ConfigureAsync(Config, Token)).Error.ShouldBeNull();

    private async Task<RuntimePlan> PlanAsync(RuntimePlanRequest request)
    {
        var plan = await _runtime.PlanAsync(request, Token);
        plan.Diagnostics.ShouldBeEmpty();
        return plan;
    }

    private async Task<RuntimeApplyResult> TryApplyAsync(RuntimePlanRequest request) => await _runtime.ApplyAsync(new ApplyRequest(request, await PlanAsync(request)), Token);

    private async Task<IReadOnlyList<ResourceInstance>> ApplyAsync(RuntimePlanRequest request)
    {
        var result = await TryApplyAsync(request);
        result.Diagnostics.ShouldBeEmpty();
        return [.. result.Results.Where(r => r.State is not null).Select(r => new ResourceInstance { Type = r.ResourceType, Name = r.Name, Provider = "store", State = r.State!.DeepClone().AsObject() })];
    }

    private static RuntimePlanRequest Desired(params (string Type, string Name, string Config)[] resources) => new()
    {
        DesiredState = [.. resources.Select(r => new DesiredResource { Type = "store_" + r.Type, Name = r.Name, Config = JsonNode.Parse(r.Config)!.AsObject() })],
    };
}
