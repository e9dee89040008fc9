using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Runtime;

/// <summary>
/// What holds for every provider runtime, wherever it runs: one suite, inherited once for the in-process runtime and once for the
/// plugin runtime. The provider is the real SQLite provider in both.
/// </summary>
public abstract class RuntimeContractTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected RuntimeRegistry Registry { get; } = new();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private InitRequest Shop => new("sqlite", new JsonObject { ["database"] = _folder.File("shop.db") });

    [Fact]
    public async Task Capabilities_BeforeInit_DescribeTheProvider()
    {
        await using var runtime = await Registry.LookupAsync("sqlite", Token);

        var capabilities = await runtime.CapabilitiesAsync(Token);

        capabilities.Provider.ShouldBe("sqlite");
        capabilities.Protocol.ShouldBe(1);
        capabilities.ResourceKinds.Select(k => k.Type).ShouldContain("sqlite_table");
        string[] universal =
        [
            "CreateResource", "ReadResource", "UpdateResource", "DeleteResource", "DiscoverResources", "Plan", "Apply", "GetState", "SetState", "Ping", "Version",
        ];
        universal.ShouldBeSubsetOf(capabilities.SupportedFunctions);
    }

    [Fact]
    public async Task Plan_BeforeInit_IsRefusedAndInitStillWorks()
    {
        await using var runtime = await Registry.LookupAsync("sqlite", Token);

        var failure = await Should.ThrowAsync<ProviderCallException>(() => runtime.PlanAsync(new RuntimePlanRequest(), Token));
        var init = await runtime.InitAsync(Shop, Token);

        failure.Failure.ShouldBe(ProviderCallFailure.NotConfigured);
        init.Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Init_DirectoryThatDoesNotExist_IsADiagnosticAndTheNextInitWorks()
    {
        await using var runtime = await Registry.LookupAsync("sqlite", Token);

        var refused = await runtime.InitAsync(new InitRequest("sqlite", new JsonObject { ["database"] = _folder.File("nowhere/shop.db") }), Token);
        var accepted = await runtime.InitAsync(Shop, Token);

        refused.Success.ShouldBeFalse();
        refused.Diagnostics.ShouldContain(d => d.Severity == Severity.Error && d.ToString().Contains("nowhere", StringComparison.Ordinal));
        accepted.Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Init_UnknownAttribute_SuggestsTheRightOne()
    {
        await using var runtime = await Registry.LookupAsync("sqlite", Token);

        var result = await runtime.InitAsync(new InitRequest("sqlite", new JsonObject { ["databse"] = "x.db" }), Token);

        result.Success.ShouldBeFalse();
        result.Diagnostics.ShouldContain(d => d.ToString().Contains("database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lifecycle_PlanApplyInspectDestroy_EachSeesTheDatabase()
    {
        await using var runtime = await InitializedAsync();
        var desired = new RuntimePlanRequest { DesiredState = [Customers("TEXT")] };

        var plan = await runtime.PlanAsync(desired, Token);
        var apply = await runtime.ApplyAsync(new ApplyRequest(desired, plan), Token);
        var managed = apply.Results.Select(Recorded).ToList();
        var inspected = await runtime.InspectAsync(new InspectRequest { Resources = managed }, Token);
        var again = await runtime.PlanAsync(desired with { CurrentState = managed }, Token);
        var nothing = new RuntimePlanRequest { CurrentState = managed };
        var destruction = await runtime.PlanAsync(nothing, Token);
        var destroyed = await runtime.ApplyAsync(new ApplyRequest(nothing, destruction), Token);
        var gone = await runtime.InspectAsync(new InspectRequest { Resources = managed }, Token);

        plan.Success.ShouldBeTrue();
        plan.Operations.ShouldHaveSingleItem().Action.ShouldBe(ResourceActions.Create);
        apply.Success.ShouldBeTrue();
        inspected.State.ShouldHaveSingleItem().Name.ShouldBe("customers");
        again.Operations.ShouldHaveSingleItem().Action.ShouldBe(ResourceActions.NoOp);
        destruction.Operations.ShouldHaveSingleItem().Action.ShouldBe(ResourceActions.Delete);
        destroyed.Success.ShouldBeTrue();
        gone.State.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_WhatThePlanTouchesHasMoved_IsRefusedAndNothingHappens()
    {
        await using var runtime = await InitializedAsync();
        var desired = new RuntimePlanRequest { DesiredState = [Customers("TEXT")] };
        var plan = await runtime.PlanAsync(desired, Token);
        await using (var somebodyElse = await InitializedAsync())
        {
            var other = new RuntimePlanRequest { DesiredState = [Customers("BLOB")] };
            (await somebodyElse.ApplyAsync(new ApplyRequest(other, await somebodyElse.PlanAsync(other, Token)), Token)).Success.ShouldBeTrue();
        }

        var apply = await runtime.ApplyAsync(new ApplyRequest(desired, plan), Token);
        var present = await runtime.InspectAsync(new InspectRequest { Types = ["sqlite_table"] }, Token);

        apply.Success.ShouldBeFalse();
        apply.Diagnostics.ShouldContain(d => d.Severity == Severity.Error);
        present.State.ShouldHaveSingleItem().Config.ToJsonString().ShouldContain("BLOB");
    }

    [Fact]
    public async Task Plan_WrongConfiguration_ReportsEveryMistakeWithItsPlace()
    {
        await using var runtime = await InitializedAsync();
        var wrong = new DesiredResource
        {
            Type = "sqlite_table",
            Name = "customers",
            Config = new JsonObject { ["colums"] = new JsonArray(), ["columns"] = new JsonArray(new JsonObject { ["name"] = 5, ["type"] = "TEXT" }) },
        };

        var plan = await runtime.PlanAsync(new RuntimePlanRequest { DesiredState = [wrong] }, Token);

        plan.Success.ShouldBeFalse();
        plan.Diagnostics.ShouldContain(d => d.Attribute!.ToString() == "colums");
        plan.Diagnostics.ShouldContain(d => d.Attribute!.ToString() == "columns[0].name");
        plan.Diagnostics.ShouldAllBe(d => d.Address == "sqlite_table.customers");
    }

    [Fact]
    public async Task Apply_WhileListening_TellsTheResultsAsTheyBecomeCertain()
    {
        await using var runtime = await InitializedAsync();
        var desired = new RuntimePlanRequest { DesiredState = [Customers("TEXT")] };
        var told = new TaskCompletionSource<ApplyResult>(TaskCreationOptions.RunContinuationsAsynchronously);

        var plan = await runtime.PlanAsync(desired, Token);
        await runtime.ApplyAsync(
            new ApplyRequest(desired, plan)
            {
                OnEvent = e =>
                {
                    if (e is { Type: "resource", Result: { } result })
                    {
                        told.TrySetResult(result);
                    }
                },
            },
            Token);

        var result = await told.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        result.Address.ShouldBe("sqlite_table.customers");
        result.Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Plan_Cancelled_ThrowsAndTheRuntimeGoesOn()
    {
        await using var runtime = await InitializedAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => runtime.PlanAsync(new RuntimePlanRequest(), new CancellationToken(canceled: true)));
        var plan = await runtime.PlanAsync(new RuntimePlanRequest(), Token);

        plan.Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Close_Twice_IsFineAndCallsAfterwardsFail()
    {
        var runtime = await InitializedAsync();

        await runtime.CloseAsync(Token);
        await runtime.CloseAsync(Token);

        await Should.ThrowAsync<ProviderCallException>(() => runtime.PlanAsync(new RuntimePlanRequest(), Token));
        await runtime.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends whatever the runtimes ran in.</summary>
    protected abstract ValueTask StopAsync();

    private async Task<IProviderRuntime> InitializedAsync()
    {
        var runtime = await Registry.LookupAsync("sqlite", Token);
        (await runtime.InitAsync(Shop, Token)).Diagnostics.ShouldBeEmpty();
        return runtime;
    }

    private static DesiredResource Customers(string typeOfName) => new()
    {
        Type = "sqlite_table",
        Name = "customers",
        Config = new JsonObject
        {
            ["columns"] = new JsonArray(
                new JsonObject { ["name"] = "id", ["type"] = "INTEGER", ["primary_key"] = true },
                new JsonObject { ["name"] = "name", ["type"] = typeOfName, ["nullable"] = false }),
        },
    };

    private static ResourceInstance Recorded(ApplyResult result) =>
        new() { Type = result.ResourceType, Name = result.Name, Provider = "sqlite", State = result.State!.DeepClone().AsObject() };
}
