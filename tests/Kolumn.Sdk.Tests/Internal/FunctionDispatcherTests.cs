using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Tests.Folders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class FunctionDispatcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schema_BeforeConfigure_ListsExactlyWhatIsRouted()
    {
        await using var provider = new FolderProvider(transactional: true);

        var schema = await provider.Dispatcher.SchemaAsync(Token);

        schema.SupportedFunctions.ShouldBe(
            [
                "CreateResource", "ReadResource", "UpdateResource", "DeleteResource", "DiscoverResources",
                "Plan", "Apply", "GetState", "SetState", "Ping", "Version",
                "DetectDrift", "ValidateState", "DiscoverDatabase", "Introspect", "BatchOperation", "BeginTransaction", "CommitTransaction", "RollbackTransaction",
            ]);
        schema.ResourceTypes.Select(t => t.Name).ShouldBe(["note", "poem", "blob", "letter", "ship"]);
        schema.ResourceTypes[0].ConfigSchema.Attributes.Keys.ShouldNotContain("bytes");
        schema.ResourceTypes[0].StateSchema.Attributes.Keys.ShouldContain("bytes");
        schema.Capabilities!["transactional_ddl"].ShouldBeTrue();
    }

    [Fact]
    public async Task Call_BeforeConfigure_OnlyVersionAndPingAnswer()
    {
        await using var provider = new FolderProvider(transactional: true);

        var version = await provider.CallAsync<VersionRequest, VersionResponse>("Version", new VersionRequest());
        version.ShouldSatisfyAllConditions(
            v => v.Success.ShouldBeTrue(), v => v.Version.ShouldBe("1.2.3"), v => v.ProviderName.ShouldBe("folder"),
            v => v.Runtime!.ShouldStartWith(".NET"), v => v.ServerVersion.ShouldBeNull());
        var ping = await provider.CallAsync<PingRequest, PingResponse>("Ping", new PingRequest());
        ping.ShouldSatisfyAllConditions(
            p => p.Success.ShouldBeFalse(), p => p.Code.ShouldBe("CONNECTION_ERROR"), p => p.Details!["reason"]!.GetValue<string>().ShouldBe("NOT_CONFIGURED"));
        foreach (var function in (await provider.Dispatcher.SchemaAsync(Token)).SupportedFunctions.Except(["Version", "Ping"]))
        {
            (await FailureAsync(provider, function, "{}")).Failure.ShouldBe(ProviderCallFailure.NotConfigured, function);
        }

        (await provider.ConfigureAsync()).Success.ShouldBeTrue();
        (await provider.CallAsync<PingRequest, PingResponse>("Ping", new PingRequest())).Message.ShouldBe("7.2");
        (await provider.CallAsync<VersionRequest, VersionResponse>("Version", new VersionRequest())).ServerVersion.ShouldBe("7.2");
    }

    [Theory]
    [InlineData("DropEverything", "{}", ProviderCallFailure.UnsupportedFunction, "unsupported function: DropEverything")]
    [InlineData("plan", "{}", ProviderCallFailure.UnsupportedFunction, "unsupported function: plan")]
    [InlineData("", "{}", ProviderCallFailure.UnsupportedFunction, "unsupported function: ")]
    [InlineData("Plan", "{\"resources\":", ProviderCallFailure.InvalidRequest, "the request of Plan is not what it takes: ")]
    [InlineData("Plan", "[]", ProviderCallFailure.InvalidRequest, "the request of Plan is not what it takes: ")]
    [InlineData("Plan", "null", ProviderCallFailure.InvalidRequest, "the request of Plan is not what it takes: ")]
    [InlineData("Plan", "{\"resources\":7}", ProviderCallFailure.InvalidRequest, "the request of Plan is not what it takes: ")]
    [InlineData("Plan", "{\"resources\":[],\"resources\":[]}", ProviderCallFailure.InvalidRequest, "the request of Plan is not what it takes: ")]
    [InlineData("CreateResource", "{\"resource_type\":\"note\",\"name\":\"a\",\"config\":{\"text\":1,\"text\":2}}", ProviderCallFailure.InvalidRequest, "the request of CreateResource")]
    public async Task Call_ThatIsNoRequest_FailsBelowThePayload(string function, string input, ProviderCallFailure expected, string message)
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var failure = await FailureAsync(provider, function, input);

        failure.Failure.ShouldBe(expected);
        failure.Message.ShouldStartWith(message);
        (await provider.PlanAsync()).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Call_NestedTooDeep_IsRefusedAndTheProviderLives()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        var deep = "{\"resources\":[{\"config\":{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}}]}";

        (await FailureAsync(provider, "Plan", deep)).Failure.ShouldBe(ProviderCallFailure.InvalidRequest);
        (await provider.PlanAsync()).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Call_OverTheLimits_IsRefused()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        (await Should.ThrowAsync<ProviderCallException>(() => provider.Dispatcher.CallFunctionAsync("Plan", new byte[Limits.MaxRequestBytes + 1], Token)))
            .Failure.ShouldBe(ProviderCallFailure.TooLarge);
        var many = await provider.PlanAsync([.. Enumerable.Repeat(new PlanResource(), Limits.MaxResources + 1)]);
        many.Error.ShouldBe("the request names 100001 resources, 100000 is the limit. Divide them among several provider instances.");
        many.Details!["reason"]!.GetValue<string>().ShouldBe("REQUEST_TOO_LARGE");
    }

    [Fact]
    public async Task Crud_OneResource_FromCreateToGone()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        JsonObject Config(string text) => new() { ["text"] = text };

        var created = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(
            "CreateResource", new CreateResourceRequest { ResourceType = "folder_note", Name = "a", Config = Config("x") });
        created.ShouldSatisfyAllConditions(c => c.Success.ShouldBeTrue(c.Error), c => c.ResourceId.ShouldBe("a"), c => c.State!["text"]!.GetValue<string>().ShouldBe("x"));
        var again = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(
            "CreateResource", new CreateResourceRequest { ResourceType = "note", Name = "a", Config = Config("x") });
        again.Success.ShouldBeTrue();
        again.Diagnostics!.ShouldHaveSingleItem().Summary.ShouldBe("read: exists and equals the configuration");
        var clash = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(
            "CreateResource", new CreateResourceRequest { ResourceType = "note", Name = "a", Config = Config("y") });
        clash.Details!["reason"]!.GetValue<string>().ShouldBe("ADOPTION_CONFLICT");

        var read = await provider.CallAsync<ReadResourceRequest, ReadResourceResponse>("ReadResource", new ReadResourceRequest { ResourceType = "note", Name = "a" });
        read.ShouldSatisfyAllConditions(r => r.Exists.ShouldBeTrue(), r => r.State!["text"]!.GetValue<string>().ShouldBe("x"));
        var updated = await provider.CallAsync<UpdateResourceRequest, UpdateResourceResponse>(
            "UpdateResource", new UpdateResourceRequest { ResourceType = "note", Name = "a", Config = Config("z"), PriorState = created.State });
        updated.ShouldSatisfyAllConditions(u => u.Success.ShouldBeTrue(u.Error), u => u.State!["text"]!.GetValue<string>().ShouldBe("z"), u => u.Changes!.Keys.ShouldBe(["text"]));

        var state = (await provider.CallAsync<StateRequest, StateResponse>("GetState", new StateRequest())).State!;
        state.Resources.ShouldHaveSingleItem().State["text"]!.GetValue<string>().ShouldBe("z");
        var deleted = await provider.CallAsync<DeleteResourceRequest, DeleteResourceResponse>(
            "DeleteResource", new DeleteResourceRequest { ResourceType = "note", Name = "a" });
        deleted.ShouldSatisfyAllConditions(d => d.Success.ShouldBeTrue(d.Error), d => d.BeforeState!["text"]!.GetValue<string>().ShouldBe("z"));
        (await provider.CallAsync<ReadResourceRequest, ReadResourceResponse>("ReadResource", new ReadResourceRequest { ResourceType = "note", Name = "a" })).Exists.ShouldBeFalse();
        var gone = await provider.CallAsync<DeleteResourceRequest, DeleteResourceResponse>("DeleteResource", new DeleteResourceRequest { ResourceType = "note", Name = "a" });
        gone.Success.ShouldBeTrue();
        gone.Diagnostics!.ShouldHaveSingleItem().Summary.ShouldBe("delete: does not exist any more");
    }

    [Fact]
    public async Task Discover_ByTypeNameSchemaAndState_FindsWhatIsThere()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a"), FolderProvider.Create("note", "b"), FolderProvider.Create("blob", "a"));
        async Task<string> FindAsync(string type, string? filters)
        {
            var found = await provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(
                "DiscoverResources", new DiscoverResourcesRequest { ResourceType = type, Filters = filters is null ? null : JsonNode.Parse(filters)!.AsObject() });
            return found.Success ? string.Join(' ', found.Resources.Select(r => $"{r.Type}.{r.Name}")) : found.Error!;
        }

        (await FindAsync("", null)).ShouldBe("folder_note.a folder_note.b folder_blob.a");
        (await FindAsync("*", """{"names":["a"]}""")).ShouldBe("folder_note.a folder_blob.a");
        (await FindAsync("folder_note", """{"states":[{"name":"b","_config_hash":"x"},{"name":"gone"}]}""")).ShouldBe("folder_note.b");
        (await FindAsync("note", """{"schemas":["public"]}""")).ShouldBe("");
        (await FindAsync("note", """{"name":["a"]}""")).ShouldBe("filters.name: there is no filter \"name\". Did you mean \"names\"?");
        (await FindAsync("note", """{"names":[1]}""")).ShouldBe("filters.names: the filter \"names\" is a list of strings");
        (await FindAsync("nope", null)).ShouldStartWith("there is no resource type \"nope\". Did you mean \"note\"?");
    }

    [Fact]
    public async Task Configure_Twice_ClosesTheOldConnectionAndServesTheNew()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a"));

        (await provider.ConfigureAsync()).Success.ShouldBeTrue();

        provider.Connections.Select(c => c.Closed).ShouldBe([1, 0]);
        (await provider.CallAsync<StateRequest, StateResponse>("GetState", new StateRequest())).State!.Resources.ShouldBeEmpty();
        (await provider.ConfigureAsync(new JsonObject { ["path"] = "/nowhere/at/all" })).Success.ShouldBeFalse();
        (await provider.PlanAsync(FolderProvider.Create("note", "a"))).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Configure_InParallel_LeavesOneConnectionOpen()
    {
        await using var provider = new FolderProvider(transactional: true);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => provider.ConfigureAsync())));

        answers.ShouldAllBe(a => a.Success);
        provider.Connections.Count(c => c.Closed == 0).ShouldBe(1);
        provider.Connections.Sum(c => c.Closed).ShouldBe(19);
    }

    [Fact]
    public async Task Close_ManyTimesAtOnce_ClosesOnceAndCanBeConfiguredAgain()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => provider.Dispatcher.CloseAsync(Token))));

        answers.ShouldAllBe(a => a.Success);
        provider.Connections.ShouldHaveSingleItem().Closed.ShouldBe(1);
        (await FailureAsync(provider, "Plan", "{}")).Failure.ShouldBe(ProviderCallFailure.NotConfigured);
        (await provider.ConfigureAsync()).Success.ShouldBeTrue();
        (await provider.PlanAsync()).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Close_WithACallInFlight_EndsTheCallThenTheConnection()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        var connection = provider.Connections[0];
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.BeforeOpen = async token =>
        {
            begun.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
        };
        var call = provider.PlanAsync(FolderProvider.Create("note", "a"));
        await begun.Task.WaitAsync(Token);

        var answer = await provider.Dispatcher.CloseAsync(Token);

        answer.Success.ShouldBeTrue();
        (await Should.ThrowAsync<ProviderCallException>(() => call)).Message.ShouldBe("Plan ended because the provider was closed or configured anew meanwhile");
        connection.Closed.ShouldBe(1);
    }

    [Fact]
    public async Task Configure_Refused_NeverEchoesTheSecret()
    {
        await using var provider = new FolderProvider(transactional: true);

        var refused = await provider.ConfigureAsync(new JsonObject { ["path"] = "/nowhere", ["password"] = "hunter2!x" });

        refused.Success.ShouldBeFalse();
        refused.Code.ShouldBe("CONNECTION_ERROR");
        Encoding.UTF8.GetString(PayloadJson.Write(refused)).ShouldNotContain("hunter2");
        refused.Error.ShouldBe("cannot open /nowhere with [REDACTED]. Tried path=/nowhere;password=[REDACTED];timeout=3.");
        var defect = await Should.ThrowAsync<ProviderCallException>(() =>
            provider.ConfigureAsync(new JsonObject { ["path"] = provider.Root, ["password"] = "hunter2!x", ["fail"] = true }));
        defect.Failure.ShouldBe(ProviderCallFailure.Defect);
        defect.Message.ShouldBe(
            "provider bug in folder 1.2.3, Configure: InvalidOperationException: cannot log in with [REDACTED] to folder://me:[REDACTED]@host");
    }

    [Fact]
    public async Task Configure_Mistakes_AllAtOnceAndUnknownOnesAreWarnings()
    {
        await using var provider = new FolderProvider(transactional: true);

        var refused = await provider.ConfigureAsync(new JsonObject { ["pth"] = "x", ["retries"] = "many" });
        refused.Diagnostics!.Select(d => $"{d.Severity} {d.Attribute} {d.Code}").ShouldBe(
            ["Warning pth UNKNOWN_ATTRIBUTE", "Error retries WRONG_TYPE", "Error path MISSING_ATTRIBUTE"]);
        var accepted = await provider.ConfigureAsync(new JsonObject { ["path"] = provider.Root, ["colour"] = "red" });
        accepted.Success.ShouldBeTrue();
        accepted.Diagnostics!.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
    }

    [Fact]
    public void Start_DefinitionThatContradictsItself_NamesEveryFault()
    {
        var definition = FolderProvider.Define(transactional: true);
        definition.Create.Register("half", new NoteHandler());
        definition.Discover.Register("other", new NoteHandler());
        definition.Add("neither", new HandlerOfNoKind());

        var failure = Should.Throw<InvalidProviderDefinitionException>(() =>
            new FunctionDispatcher<FolderSession>(definition, NullLoggerFactory.Instance, TimeProvider.System, new SecretScrubber()));

        failure.Faults.ShouldBe(
            [
                "\"half\" can be created but not discovered",
                "\"other\" can be discovered but not created",
                "the handler of \"neither\" must be either an IStatementHandler or an IOperationHandler and is neither",
            ]);
    }

    private static Task<ProviderCallException> FailureAsync(FolderProvider provider, string function, string input) =>
        Should.ThrowAsync<ProviderCallException>(() => provider.Dispatcher.CallFunctionAsync(function, Encoding.UTF8.GetBytes(input), Token));

    private sealed class HandlerOfNoKind : IResourceHandler<FolderSession>
    {
        public string Description => "";

        public Protocol.Schema.ObjectType Schema => Note.Schema;

        public JsonObject Describe(JsonObject config, DescribeContext context) => config;

        public string IdentityOf(JsonObject definition) => "";

        public IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

        public Task<IReadOnlyList<JsonObject>> ReadAsync(FolderSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<JsonObject>>([]);

        public JsonObject ToConfig(JsonObject definition) => definition;
    }
}
