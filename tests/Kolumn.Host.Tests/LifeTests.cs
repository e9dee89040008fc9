using System.Text.Json.Nodes;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Host.Tests;

public sealed class LifeTests
{
    private static readonly ReadOnlyMemory<byte> NoInput = "{}"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProviderTransport.Tcp)]
    [InlineData(ProviderTransport.Unix)]
    public async Task Start_HealthyProvider_ServesAndStops(ProviderTransport transport)
    {
        await using var chaos = new ChaosHost(change: o => o with { Transport = transport });
        await using var provider = await chaos.StartAsync();

        var schema = await provider.SchemaAsync(Token);
        schema.Name.ShouldBe("chaos");
        var configured = await provider.ConfigureAsync(new JsonObject { ["database"] = "x" }, Token);
        configured.Success.ShouldBeTrue();
        var answer = JsonNode.Parse((await provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token)).Span)!;
        answer["function"]!.GetValue<string>().ShouldBe("Plan");
        answer["pid"]!.GetValue<int>().ShouldBe(provider.ProcessId!.Value);
        answer["config"]!["database"]!.GetValue<string>().ShouldBe("x");
        answer["request_id"]!.GetValue<string>().Length.ShouldBe(32);

        var closed = await provider.CloseAsync(Token);
        closed.Success.ShouldBeTrue();
        closed.Warnings.ShouldBeNull();
        (await provider.CloseAsync(Token)).ShouldBeSameAs(closed);
        provider.ProcessId.ShouldBeNull();
        chaos.AssertNothingIsLeft();
        chaos.Logged.ShouldAllBe(l => l.Level <= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task Start_PortableLauncher_ServesReportsAndStops()
    {
        await using var chaos = new ChaosHost("on-Apply=exit:7");
        await using var host = new PluginHost(chaos.Options, chaos, new PortableProviderLauncher());
        await using var provider = await host.StartAsync(new ProviderRequirement("chaos"), Token);
        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
        var failure = await Should.ThrowAsync<PluginException>(async () => await provider.CallFunctionAsync(FunctionNames.Apply, NoInput, Token));
        failure.Reason.ShouldBe(PluginFailure.OutcomeUnknown);
        failure.Exit.ShouldBe(new ProcessExit(7, null));
        (await provider.CallFunctionAsync(FunctionNames.Ping, NoInput, Token)).Length.ShouldBeGreaterThan(2);
        var pid = provider.ProcessId!.Value;
        (await provider.CloseAsync(Token)).Success.ShouldBeTrue();
        HandshakeTests.IsGone(pid).ShouldBeTrue();

        var refused = await Should.ThrowAsync<PluginException>(() => host.StartAsync(
            new ProviderExecutable(new ProviderRequirement("chaos"), chaos.Script("", firstLine: "#!/no/such/interpreter"), null), Token));
        refused.Reason.ShouldBe(PluginFailure.NotExecutable);
    }

    [Fact]
    public async Task Registry_PluginRuntime_StartsAProcessPerLookupAndWrapsFailures()
    {
        await using var chaos = new ChaosHost();
        var registry = new RuntimeRegistry();
        registry.Register(chaos.Host, new ProviderRequirement("chaos"));
        registry.Register(chaos.Host, new ProviderRequirement("absent"), "gone");

        await using var runtime = await registry.LookupAsync("chaos", Token);
        (await runtime.CapabilitiesAsync(Token)).Provider.ShouldBe("chaos");
        (await runtime.InitAsync(new InitRequest("chaos.main", []), Token)).Success.ShouldBeTrue();
        await runtime.CloseAsync(Token);
        chaos.AssertNothingIsLeft();

        var failure = await Should.ThrowAsync<RuntimeFactoryException>(() => registry.LookupAsync("gone", Token));
        failure.InnerException.ShouldBeOfType<PluginException>().Reason.ShouldBe(PluginFailure.NotFound);
    }
}
