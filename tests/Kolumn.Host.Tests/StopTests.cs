using System.Diagnostics;
using Kolumn.Host.Launching;
using Kolumn.Protocol;
using Kolumn.Testing;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

public sealed class StopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("on-Close=hang", "Close was not answered")]
    [InlineData("on-Close=freeze", "Close was not answered")]
    [InlineData("on-Shutdown=hang;ignore-stdin;ignore-term", "Shutdown was not answered")]
    [InlineData("on-Shutdown=hang;ignore-stdin", "Shutdown was not answered")]
    [InlineData("on-Close=exit:0", null)]
    [InlineData("on-Close=signal:9", null)]
    public async Task Close_ProviderDoesNotWantTo_GoneWithinTheBudget(string behaviour, string? warning)
    {
        await using var chaos = new ChaosHost(behaviour, o => o with { StopTimeout = TimeSpan.FromSeconds(2) });
        await using var provider = await chaos.StartAsync();
        var watch = Stopwatch.StartNew();

        var answer = await provider.CloseAsync(Token);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2.5));
        if (warning is not null)
        {
            answer.Warnings!.ShouldContain(w => w.StartsWith(warning, StringComparison.Ordinal));
        }

        chaos.AssertNothingIsLeft();
        (await provider.CloseAsync(Token)).ShouldBeSameAs(answer);
        chaos.Logged.ShouldAllBe(l => l.Level != LogLevel.Error);
    }

    [Fact]
    public async Task Close_DuringStart_CancelsTheStart()
    {
        await using var chaos = new ChaosHost();
        var provider = new PluginProvider(chaos.Host, chaos.ScriptExecutable("exec sleep 600"));
        var start = provider.StartAsync(Token);
        await Eventually.IsSoAsync(() => !chaos.Launcher.Started.IsEmpty, Token);

        var watch = Stopwatch.StartNew();
        (await provider.CloseAsync(Token)).Success.ShouldBeTrue();

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await Should.ThrowAsync<PluginException>(start)).Reason.ShouldBe(PluginFailure.ProviderStopped);
        chaos.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Close_CallInFlight_FailsAsStopped()
    {
        await using var chaos = new ChaosHost("on-Plan=hang", o => o with { StopTimeout = TimeSpan.FromSeconds(1) });
        await using var provider = await chaos.StartAsync();
        var begun = new TaskCompletionSource();
        provider.EventReceived += _ => begun.TrySetResult();
        var call = provider.CallFunctionAsync(FunctionNames.Plan, "{}"u8.ToArray(), Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        await provider.CloseAsync(Token);

        (await Should.ThrowAsync<PluginException>(call)).Reason.ShouldBe(PluginFailure.ProviderStopped);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";on-Ping=exit:1")]
    public async Task Close_DaemonLeftTheSessionAndHoldsThePipes_KilledToo(string crash)
    {
        var pidFile = Path.Combine(Path.GetTempPath(), $"daemon-{Guid.NewGuid():n}");
        await using var chaos = new ChaosHost($"daemon={pidFile}{crash}", o => o with { CrashLimit = 1 });
        await using var provider = await chaos.StartAsync();
        var daemon = int.Parse(await File.ReadAllTextAsync(pidFile, Token));
        var entry = ProcessTree.Read(daemon).ShouldNotBeNull();
        entry.Session.ShouldNotBe(provider.ProcessId!.Value);
        var watch = Stopwatch.StartNew();

        if (crash.Length > 0)
        {
            await Should.ThrowAsync<PluginException>(async () => await provider.CallFunctionAsync(FunctionNames.Ping, "{}"u8.ToArray(), Token));
        }

        await provider.CloseAsync(Token);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        HandshakeTests.IsGone(daemon).ShouldBeTrue();
        chaos.AssertNothingIsLeft();
        File.Delete(pidFile);
    }

    [Fact]
    public async Task Kill_PidGivenToAStranger_StrangerUntouched()
    {
        using var stranger = Process.Start("sleep", "600");
        try
        {
            // The entry of a process that once had this pid.
            Libc.SignalExactly(stranger.Id, Libc.SignalKill, () => ProcessTree.Read(stranger.Id)?.StartTime == 1);
            ProcessTree.Read(stranger.Id)!.IsAlive.ShouldBeTrue();
            new ProcessTree(stranger.Id, "no-such-marker").Scan(out _).ShouldBeEmpty();
        }
        finally
        {
            stranger.Kill();
            await stranger.WaitForExitAsync(Token);
        }
    }
}
