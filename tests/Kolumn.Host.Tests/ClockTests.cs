using Kolumn.Host.Launching;
using Kolumn.Protocol;
using Kolumn.Testing;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

/// <summary>Laptops sleep, clocks are set, debuggers pause: only time that limits are counted in ends anything.</summary>
public sealed class ClockTests
{
    private static readonly ReadOnlyMemory<byte> NoInput = "{}"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Call_ClockIsSetByAnHour_GoesOn(int hours)
    {
        var clock = new ManualClock();
        await using var chaos = new ChaosHost("on-Plan=pause", o => o with { ReadTimeout = TimeSpan.FromMinutes(1) }, clock);
        clock.Jump(TimeSpan.FromHours(hours));
        await using var provider = await chaos.StartAsync();
        var call = provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token);
        await Processes.StoppedAsync(provider.ProcessId!.Value, Token);

        clock.Jump(TimeSpan.FromHours(hours));

        call.IsCompleted.ShouldBeFalse();
        Continue(provider);
        (await call).Length.ShouldBeGreaterThan(2);
        await provider.CloseAsync(Token);
        chaos.Launcher.Started.Count.ShouldBe(1);
        chaos.Logged.ShouldAllBe(l => l.Level < LogLevel.Error);
    }

    [Fact]
    public async Task Call_DebuggerPausesTheProvider_GoesOnBelowTheLimit()
    {
        var clock = new ManualClock();
        await using var chaos = new ChaosHost("on-Plan=pause", o => o with { ReadTimeout = TimeSpan.FromMinutes(11) }, clock);
        await using var provider = await chaos.StartAsync();
        var call = provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token);
        await Processes.StoppedAsync(provider.ProcessId!.Value, Token);

        clock.Advance(TimeSpan.FromMinutes(10));

        ProcessTree.Read(provider.ProcessId!.Value)!.State.ShouldBe('T');
        Continue(provider);
        (await call).Length.ShouldBeGreaterThan(2);
        await provider.CloseAsync(Token);
        chaos.Launcher.Started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_DebuggerPausesTheProviderLongerThanTheLimit_EndsIt()
    {
        var clock = new ManualClock();
        await using var chaos = new ChaosHost("on-Plan=pause", o => o with { ReadTimeout = TimeSpan.FromMinutes(9) }, clock);
        await using var provider = await chaos.StartAsync();
        var call = provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token);
        await Processes.StoppedAsync(provider.ProcessId!.Value, Token);

        // The limit, then the steps of stopping somebody who hears nothing, one after the other.
        await Eventually.IsSoAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            return call.IsCompleted;
        }, Token);

        (await Should.ThrowAsync<PluginException>(async () => await call)).Reason.ShouldBe(PluginFailure.DeadlineExceeded);
        chaos.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Provider_PausedForHoursBetweenCalls_StillServes()
    {
        var clock = new ManualClock();
        await using var chaos = new ChaosHost(time: clock);
        await using var provider = await chaos.StartAsync();
        var pid = provider.ProcessId!.Value;
        _ = Libc.Kill(pid, 19);
        await Processes.StoppedAsync(pid, Token);

        clock.Advance(TimeSpan.FromHours(10));
        clock.Jump(TimeSpan.FromHours(-10));

        Continue(provider);
        (await provider.CallFunctionAsync(FunctionNames.Ping, NoInput, Token)).Length.ShouldBeGreaterThan(2);
        provider.ProcessId.ShouldBe(pid);
        await provider.CloseAsync(Token);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(-100_000)]
    public async Task Start_ProvidersClockIsWrong_CertificateIsTakenByItsBytes(int seconds)
    {
        await using var chaos = new ChaosHost($"clock-skew={seconds}");
        await using var provider = await chaos.StartAsync();
        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
        await provider.CloseAsync(Token);
    }

    private static void Continue(PluginProvider provider) => Libc.Kill(provider.ProcessId!.Value, Libc.SignalContinue);
}
