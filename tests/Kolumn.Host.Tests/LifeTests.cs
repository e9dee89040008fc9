using System.Text.Json.Nodes;
using Kolumn.Host.Launching;
using Kolumn.Protocol;

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
}
