using System.Diagnostics;
using System.Globalization;
using Kolumn.Host.Discovery;
using Kolumn.Host.Verification;
using Kolumn.Protocol;

namespace Kolumn.Host.Tests;

/// <summary>Many at once.</summary>
[Collection(nameof(Alone))]
public sealed class CrowdTests(ITestOutputHelper output)
{
    private static readonly ReadOnlyMemory<byte> NoInput = "{}"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_FiftyAtOnce_AllServeAndStop()
    {
        // Fifty runtimes that start on two cores take their time; a single one's limits are for a machine with room.
        await using var chaos = new ChaosHost(change: o => o with
        {
            StartTimeout = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromMinutes(1),
            StopTimeout = TimeSpan.FromSeconds(30),
        });
        var starts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StartAsync(chaos)));
        var providers = starts.Select(s => s.Provider).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"start p95 {starts.Select(s => s.Took).Order().ElementAt(47).TotalMilliseconds:0} ms"));
        providers.Select(p => p.ProcessId).Distinct().Count().ShouldBe(50);

        var answers = await Task.WhenAll(providers.SelectMany(p => Enumerable.Range(0, 20).Select(_ => p.CallFunctionAsync(FunctionNames.Ping, NoInput, Token))));

        answers.Length.ShouldBe(1000);
        answers.ShouldAllBe(a => a.Length > 2);
        (await Task.WhenAll(providers.Select(p => p.CloseAsync(Token)))).ShouldAllBe(a => a.Success && a.Warnings == null);
        chaos.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Start_WhileTheSameVersionIsInstalledAgain_NeverBusyAndNeverRefused()
    {
        await using var chaos = new ChaosHost(change: o => o with { RequireLock = true });
        var executable = chaos.ScriptExecutable("echo '1|1|tcp'; exec sleep 600");
        var locks = await new LockFile().WithAsync(executable, "1.0.0", Token);
        await locks.WriteAsync(Path.Combine(chaos.Workspace, LockFile.FileName), Token);
        var original = Path.Combine(chaos.Root, "original");
        File.Copy(executable.Path, original);
        using var stop = new CancellationTokenSource();
        var installer = Task.Run(() =>
        {
            var next = Path.Combine(chaos.Root, "next");
            while (!stop.IsCancellationRequested)
            {
                File.Copy(original, next, overwrite: true);
                File.Move(next, executable.Path, overwrite: true);
            }
        }, Token);

        // The copies that are verified are written while others are being executed: a descriptor that leaked into a child would make them busy.
        List<PluginFailure> reasons;
        try
        {
            reasons = [.. (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => FailAsync(25)))).SelectMany(r => r)];
        }
        finally
        {
            await stop.CancelAsync();
            await installer;
        }

        reasons.Count.ShouldBe(200);
        reasons.ShouldAllBe(r => r == PluginFailure.MalformedHandshake);

        async Task<List<PluginFailure>> FailAsync(int times)
        {
            var found = new List<PluginFailure>();
            for (var i = 0; i < times; i++)
            {
                found.Add((await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(executable, Token))).Reason);
            }

            return found;
        }
    }

    private static async Task<(PluginProvider Provider, TimeSpan Took)> StartAsync(ChaosHost chaos)
    {
        var watch = Stopwatch.StartNew();
        var provider = await chaos.Host.StartAsync(new ProviderRequirement("chaos"), Token);
        return (provider, watch.Elapsed);
    }
}
