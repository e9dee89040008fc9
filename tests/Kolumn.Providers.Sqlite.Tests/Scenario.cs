using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Sdk;

namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>The provider as Core sees it, on a real file, with the state that Core would keep.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    private readonly IProviderRuntime _runtime = InProcessRuntime.Create(SqliteProvider.Define());
    private List<ResourceInstance> _state = [];

    private Scenario(SqliteFile file) => File = file;

    public SqliteFile File { get; }

    public IReadOnlyList<ResourceInstance> State => _state;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="settings">Of the provider block, beside the file.</param>
    public static async Task<Scenario> StartAsync(SqliteFile? file = null, JsonObject? settings = null)
    {
        var scenario = new Scenario(file ?? new SqliteFile());

        // Kolumn's own tables would stand in every look at the file beside what a test asked for; they have tests of their own.
        settings ??= new JsonObject { ["audit"] = false, ["safe_destroy"] = false };
        settings["database"] = scenario.File.Path;
        var answer = await scenario._runtime.InitAsync(new InitRequest("sqlite", settings), Token);
        answer.Diagnostics.ShouldBeEmpty();
        return scenario;
    }

    /// <param name="desired">Resources by address: <c>"sqlite_table.users": {…}</c>.</param>
    public static IReadOnlyList<DesiredResource> Resources(string desired) =>
    [
        .. ((JsonObject)JsonNode.Parse(desired, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!).Select(resource =>
        {
            ResourceAddress.TryParse(resource.Key, out var address).ShouldBeTrue();
            return new DesiredResource { Type = address.Type, Name = address.Name, Config = (JsonObject)resource.Value!.DeepClone() };
        }),
    ];

    public IQuarantineRuntime Quarantine => (IQuarantineRuntime)_runtime;

    public Task<RuntimePlan> PlanAsync(string desired) => PlanAsync(Resources(desired));

    public Task<RuntimePlan> PlanAsync(IReadOnlyList<DesiredResource> desired) =>
        _runtime.PlanAsync(new RuntimePlanRequest { DesiredState = desired, CurrentState = _state }, Token);

    /// <summary>Plans and applies; on success keeps the state.</summary>
    public async Task<RuntimeApplyResult> TryApplyAsync(string desired)
    {
        var request = new RuntimePlanRequest { DesiredState = Resources(desired), CurrentState = _state };
        var plan = await _runtime.PlanAsync(request, Token);
        plan.Diagnostics.ShouldBeEmpty();
        var result = await _runtime.ApplyAsync(new ApplyRequest(request, plan), Token);
        if (result.Success)
        {
            var configs = request.DesiredState.ToDictionary(r => r.Address, r => r.Config);
            _state =
            [
                .. result.Results.Where(r => r.State is not null).Select(r => new ResourceInstance
                {
                    Type = r.ResourceType,
                    Name = r.Name,
                    Provider = "sqlite",
                    Config = (JsonObject)configs[r.Address].DeepClone(),
                    State = (JsonObject)r.State!.DeepClone(),
                }),
            ];
        }

        return result;
    }

    /// <summary>Applies, and asserts that planning again finds nothing to do.</summary>
    public async Task ApplyAsync(string desired)
    {
        var result = await TryApplyAsync(desired);
        result.Diagnostics.ShouldBeEmpty();
        result.Success.ShouldBeTrue();
        (await ActionsAsync(desired)).ShouldAllBe(action => action.EndsWith(" noop", StringComparison.Ordinal));
    }

    /// <summary><c>sqlite_table.users update</c> and so on, in the order of execution.</summary>
    public async Task<IReadOnlyList<string>> ActionsAsync(string desired)
    {
        var plan = await PlanAsync(desired);
        plan.Diagnostics.ShouldBeEmpty();
        return [.. plan.Operations.Select(o => $"{o.Address} {o.Action}")];
    }

    public async Task<IReadOnlyList<DiscoveredResource>> DiscoverAsync()
    {
        var found = await _runtime.InspectAsync(new InspectRequest(), Token);
        found.Diagnostics.ShouldBeEmpty();
        return found.State;
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        File.Dispose();
    }
}
