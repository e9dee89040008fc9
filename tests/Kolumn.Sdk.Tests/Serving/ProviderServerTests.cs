using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Protocol.Wire;
using Kolumn.Protocol.Wire.Health;
using Kolumn.Protocol.Wire.Plugin;
using Kolumn.Sdk.Serving;

namespace Kolumn.Sdk.Tests.Serving;

public sealed class ProviderServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Serve_AnyTransport_AnswersAllServicesAndEndsOnShutdown(bool unix, bool tls)
    {
        await using var served = await ServedProvider.StartAsync(unix, tls);
        served.Handshake.Network.ShouldBe(unix ? "unix" : "tcp");
        (served.Handshake.Certificate.Length > 0).ShouldBe(tls);
        var provider = new Provider.ProviderClient(served.Channel);

        var schema = PayloadJson.Read<ProviderSchema>((await provider.SchemaAsync(new SchemaRequest(), cancellationToken: Token)).Schema.Span);
        schema.Name.ShouldBe("folder");
        schema.SupportedFunctions.ShouldContain(FunctionNames.Apply);
        var health = new Health.HealthClient(served.Channel);
        (await health.CheckAsync(new HealthCheckRequest { Service = "plugin" }, cancellationToken: Token)).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        (await Should.ThrowAsync<RpcException>(async () => await health.CheckAsync(new HealthCheckRequest { Service = "x" }, cancellationToken: Token))).StatusCode.ShouldBe(StatusCode.NotFound);

        await new GRPCController.GRPCControllerClient(served.Channel).ShutdownAsync(new Empty(), cancellationToken: Token);
        var (code, output, _) = await served.ExitAsync();
        code.ShouldBe(0);
        output.ShouldBeEmpty();
        if (unix)
        {
            File.Exists(served.Handshake.Address).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("lifeline")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Serve_AskedToStop_EndsWithZero(string way)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && way != "lifeline", "Windows has no signals");
        if (way == "INT")
        {
            Kolumn.Testing.Signals.RequireInterrupts();
        }

        await using var served = await ServedProvider.StartAsync(unix: false, tls: false);

        if (way == "lifeline")
        {
            served.CutLifeline();
        }
        else
        {
            await served.SignalAsync(way);
        }

        (await served.ExitAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Serve_Calls_TravelWithEventsLogsAndStatuses()
    {
        await using var served = await ServedProvider.StartAsync(unix: false, tls: true);
        var provider = new Provider.ProviderClient(served.Channel);
        using var subscription = new ProviderEvents.ProviderEventsClient(served.Channel).Subscribe(new SubscribeRequest(), cancellationToken: Token);
        await subscription.ResponseHeadersAsync;

        await StatusOfAsync(StatusCode.FailedPrecondition, "Plan was called before Configure", () => CallAsync(provider, "Plan", "{}"));
        (await ConfigureAsync(provider, new JsonObject { ["path"] = served.Directory, ["password"] = "tr0ub4dor" })).Success.ShouldBeTrue();
        await StatusOfAsync(StatusCode.Unimplemented, "unsupported function: plan", () => CallAsync(provider, "plan", "{}"));
        await StatusOfAsync(StatusCode.InvalidArgument, "the request of Plan is not what it takes", () => CallAsync(provider, "Plan", "{\"resources\":[],\"resources\":[]}"));
        await StatusOfAsync(StatusCode.Internal, "provider bug in folder 1.2.3, Plan: note.a: Describe failed with InvalidOperationException: no text can explode", () =>
            CallAsync(provider, "Plan", """{"resources":[{"resource_type":"note","name":"a","action":"create","config":{"text":"explode"}}]}"""));
        var applied = PayloadJson.Read<ApplyResponse>(
            (await CallAsync(provider, "Apply", """{"resources":[{"resource_type":"note","name":"a","action":"create","config":{"text":"x"}}]}""")).Output.Span);
        applied.Success.ShouldBeTrue(applied.Error);

        var events = new List<ProviderEvent>();
        while (events.Count < 2 && await subscription.ResponseStream.MoveNext(Token))
        {
            events.Add(PayloadJson.Read<ProviderEvent>(subscription.ResponseStream.Current.Event_.Span));
        }

        events.Select(e => $"{e.Type} {e.Address} {e.RequestId}").ShouldBe(["progress note.a r-7", "resource note.a r-7"]);
        events[1].Result!.State!["text"]!.GetValue<string>().ShouldBe("x");

        await new GRPCController.GRPCControllerClient(served.Channel).ShutdownAsync(new Empty(), cancellationToken: Token);
        var (_, _, errors) = await served.ExitAsync();
        errors.ShouldNotContain("tr0ub4dor");
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!.AsObject()).ToList();
        lines.ShouldAllBe(l => l.ContainsKey("@t") && l.ContainsKey("@l") && l.ContainsKey("@m") && l["provider"]!.GetValue<string>() == "folder");
        var done = lines.Single(l => l["logger"]!.GetValue<string>() == "HandlerLogger" && l["event_id"]!.GetValue<int>() == 300);
        done.ShouldSatisfyAllConditions(
            l => l["@l"]!.GetValue<string>().ShouldBe("Information"),
            l => l["@m"]!.GetValue<string>().ShouldStartWith("create note.a: done in "),
            l => l["address"]!.GetValue<string>().ShouldBe("note.a"),
            l => l["request_id"]!.GetValue<string>().ShouldBe("r-7"));
    }

    [Fact]
    public async Task Serve_StrangerOnThePort_IsRefusedAndTheHostGoesOn()
    {
        await using var served = await ServedProvider.StartAsync(unix: false, tls: true);
        using var other = OneShotCertificate.Create(DateTimeOffset.UtcNow);
        foreach (var certificate in new[] { other, null })
        {
            using var stranger = served.Connect(certificate);
            await Should.ThrowAsync<RpcException>(async () =>
                await new Provider.ProviderClient(stranger).SchemaAsync(new SchemaRequest(), deadline: DateTime.UtcNow.AddSeconds(20), cancellationToken: Token));
        }

        (await new Provider.ProviderClient(served.Channel).SchemaAsync(new SchemaRequest(), cancellationToken: Token)).Schema.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public async Task Serve_ConfigurationTooLarge_IsRefusedAndTheNextOneWorks()
    {
        await using var served = await ServedProvider.StartAsync(unix: true, tls: false);
        var provider = new Provider.ProviderClient(served.Channel);

        await StatusOfAsync(StatusCode.ResourceExhausted, "the configuration of ", () =>
            ConfigureAsync(provider, new JsonObject { ["path"] = new string('x', 1024 * 1024) }));
        await StatusOfAsync(StatusCode.InvalidArgument, "the configuration is not a JSON object", async () =>
            await provider.ConfigureAsync(new ConfigureRequest { Config = ByteString.CopyFromUtf8("[]") }, cancellationToken: Token));
        var answer = await ConfigureAsync(provider, new JsonObject { ["path"] = served.Directory });
        answer.Success.ShouldBeTrue(answer.Error);
    }

    [Fact]
    public async Task Serve_NoSharedVersion_ShowsItsOwnForTheHostToRefuse()
    {
        await using var served = await ServedProvider.StartAsync(unix: true, tls: false, versions: "7,8");

        served.Handshake.AppVersion.ShouldBe(1);
    }

    [Theory]
    [InlineData("--version", "folder 1.2.3\n")]
    [InlineData("--schema", "{\"name\":\"folder\",\"version\":\"1.2.3\"")]
    [InlineData("--docs", "# Provider folder 1.2.3\n\nFiles in a folder.\n")]
    public async Task Run_StartedByAPerson_PrintsWhatIsAskedFor(string argument, string expected)
    {
        var (code, output, errors) = await ServedProvider.RunAsync(["provider", argument]);

        code.ShouldBe(0);
        output.ShouldStartWith(expected);
        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    public async Task Run_StartedByAPersonWithoutMore_SaysWhatItIs(params string[] arguments)
    {
        var (code, output, errors) = await ServedProvider.RunAsync(["provider", .. arguments]);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        errors.ShouldBe("This is the Kolumn provider \"folder\" 1.2.3. Kolumn starts it by itself; it is of no use alone. It can print --schema, --docs and --version.\n");
    }

    [Theory]
    [InlineData(HandshakeEnvironment.MinPort, "99999", "PLUGIN_MIN_PORT is not a port.")]
    [InlineData(HandshakeEnvironment.MinPort, "5", "PLUGIN_MIN_PORT 5 is above PLUGIN_MAX_PORT 0.")]
    [InlineData(HandshakeEnvironment.ClientCertificate, "nonsense", "PLUGIN_CLIENT_CERT is not a certificate in PEM.")]
    public async Task Run_HostAsksForNonsense_SaysWhyAndEnds(string variable, string value, string expected)
    {
        var (code, output, errors) = await ServedProvider.RunAsync([], new Dictionary<string, string?>
        {
            [HandshakeEnvironment.CookieName] = HandshakeEnvironment.CookieValue,
            [variable] = value,
        });

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        JsonNode.Parse(errors)!["@m"]!.GetValue<string>().ShouldBe($"The provider cannot serve: {expected}");
    }

    private static async Task<Envelope> ConfigureAsync(Provider.ProviderClient provider, JsonObject config) => PayloadJson.Read<Envelope>(
        (await provider.ConfigureAsync(new ConfigureRequest { Config = ByteString.CopyFrom(PayloadJson.Write(config)) }, cancellationToken: Token)).Result.Span);

    private static async Task<CallFunctionResponse> CallAsync(Provider.ProviderClient provider, string function, string input) => await provider.CallFunctionAsync(
        new CallFunctionRequest { Function = function, Input = ByteString.CopyFromUtf8(input) }, new Metadata { { "kolumn-request-id", "r-7" } }, cancellationToken: Token);

    private static async Task StatusOfAsync(StatusCode code, string detail, Func<Task> call)
    {
        var failure = await Should.ThrowAsync<RpcException>(call);
        failure.StatusCode.ShouldBe(code, failure.Status.Detail);
        failure.Status.Detail.ShouldStartWith(detail);
    }
}
