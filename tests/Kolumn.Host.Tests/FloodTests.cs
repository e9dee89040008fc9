using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Testing;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

/// <summary>Providers that write more than anybody wants to read.</summary>
[Collection(nameof(Alone))]
public sealed class FloodTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // One line of a gigabyte; and 300 MB of lines of 19 bytes, since 53 million of them would take a quarter of a minute.
    [Theory]
    [InlineData("flood-stderr=1000000000")]
    [InlineData("flood-lines=300000000")]
    [InlineData("flood-stdout=300000000")]
    public async Task Output_Flood_DroppedAndCountedWhileCallsGoOn(string behaviour)
    {
        await using var chaos = new ChaosHost(behaviour);
        await using var provider = await chaos.StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var calls = 0;
        await Eventually.IsSoAsync(async _ =>
        {
            var answer = await provider.CallFunctionAsync(FunctionNames.Ping, "{}"u8.ToArray(), Token).WaitAsync(TimeSpan.FromSeconds(5), Token);
            return ++calls >= 50 && JsonNode.Parse(answer.Span)!["flooding"]!.GetValue<bool>() == false;
        }, Token);

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64 * 1024 * 1024);
        await provider.CloseAsync(Token);
        chaos.Logged.ShouldContain(l => l.Level == LogLevel.Warning && l.Text.Contains("were dropped", StringComparison.Ordinal));
        chaos.Logged.ShouldAllBe(l => !l.Text.Any(c => char.IsControl(c) && c != '\n'));
        chaos.Logged.Count.ShouldBeLessThan(10_000);
    }
}
