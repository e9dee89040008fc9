using System.Diagnostics;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Testing;

namespace Kolumn.Host.Tests;

/// <summary>One side faster than the other: what waits is bounded, and nobody waits for ever.</summary>
[Collection(nameof(Alone))]
public sealed class FlowTests
{
    private const int Bound = 64 * 1024 * 1024;

    private static readonly ReadOnlyMemory<byte> NoInput = "{}"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_FasterThanTheyAreTaken_ProviderIsHeldBackAndCallsGoOn()
    {
        await using var chaos = new ChaosHost("flood-events");
        await using var provider = await chaos.StartAsync();
        using var release = new ManualResetEventSlim();
        provider.EventReceived += _ => release.Wait(TimeSpan.FromSeconds(60), Token);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // Standing still, in as many answers as it takes to rule out chance.
        var (sent, still) = (-1L, 0);
        await Eventually.IsSoAsync(async _ =>
        {
            var now = await FloodedAsync();
            still = now == sent ? still + 1 : 0;
            sent = now;
            return still == 50;
        }, Token);

        sent.ShouldBeInRange(1, Bound);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(Bound);
        release.Set();
        await Eventually.IsSoAsync(async _ => await FloodedAsync() > sent + Bound, Token);

        (await provider.CloseAsync(Token)).Success.ShouldBeTrue();
        chaos.Launcher.Started.Count.ShouldBe(1);

        async Task<long> FloodedAsync()
        {
            var answer = await provider.CallFunctionAsync(FunctionNames.Ping, NoInput, Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
            return JsonNode.Parse(answer.Span)!["flooded"]!.GetValue<long>();
        }
    }

    [Fact]
    public async Task Call_AnswerTricklesIn_EndsAtTheLimitAndTheNextOneWorks()
    {
        var mark = Path.Combine(Path.GetTempPath(), $"trickled-{Guid.NewGuid():n}");
        await using var chaos = new ChaosHost(
            $"slow-wire;on-Plan=trickle;once={mark}", o => o with { ReadTimeout = TimeSpan.FromMilliseconds(500), StopTimeout = TimeSpan.FromSeconds(1) });
        await using var provider = await chaos.StartAsync();
        var watch = Stopwatch.StartNew();

        var failure = await Should.ThrowAsync<PluginException>(async () => await provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token));

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        failure.Reason.ShouldBe(PluginFailure.DeadlineExceeded);
        chaos.AssertNothingIsLeft();
        (await provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token)).Length.ShouldBeGreaterThan(2);
        File.Delete(mark);
    }

    [Fact]
    public async Task Call_RequestThatNobodyReads_EndsAtTheLimit()
    {
        await using var chaos = new ChaosHost("on-Apply=freeze", o => o with { ReadTimeout = TimeSpan.FromSeconds(1), StopTimeout = TimeSpan.FromSeconds(1) });
        await using var provider = await chaos.StartAsync();
        var freezing = provider.CallFunctionAsync(FunctionNames.Apply, NoInput, Token);
        await Processes.StoppedAsync(provider.ProcessId!.Value, Token);
        var request = System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 40 * 1024 * 1024)}\"");

        var failure = await Should.ThrowAsync<PluginException>(async () => await provider.CallFunctionAsync(FunctionNames.Plan, request, Token));

        failure.Reason.ShouldBe(PluginFailure.DeadlineExceeded);
        (await Should.ThrowAsync<PluginException>(async () => await freezing)).Reason.ShouldBe(PluginFailure.OutcomeUnknown);
        chaos.AssertNothingIsLeft();
        (await provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token)).Length.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Start_HandshakeTricklesIn_StartTimeout()
    {
        await using var chaos = new ChaosHost(change: o => o with { StartTimeout = TimeSpan.FromMilliseconds(500) });

        var failure = await chaos.FailToStartScriptAsync("printf '1|1|tcp|127.0.0.1:80|grpc|'; while :; do printf A; sleep 0.05; done");

        failure.Reason.ShouldBe(PluginFailure.StartTimeout);
        await using var other = new ChaosHost();
        await using var provider = await other.StartAsync();
        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
    }
}
