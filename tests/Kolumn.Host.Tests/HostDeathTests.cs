using System.Diagnostics;
using Kolumn.Host.Launching;
using Kolumn.Testing;

namespace Kolumn.Host.Tests;

/// <summary>A host killed by SIGKILL takes everything with it: scenario 19.</summary>
public sealed class HostDeathTests
{
    // Measured: 60 to 110 ms with five providers and their daemons. The rest is for a machine on which other tests run at the same time.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("daemon={d}/{i};ignore-stdin;ignore-term", false)]
    [InlineData("", true)]
    public async Task Host_Killed_ProvidersAndTheirChildrenAreGoneAtOnce(string behaviour, bool killGuardsFirst)
    {
        const int Providers = 3;
        var directory = Directory.CreateTempSubdirectory("death-").FullName;
        using var parent = Process.Start(new ProcessStartInfo(
            ChaosHost.ChaosExecutable, ["--parent", $"{Providers}", directory, behaviour.Replace("{d}", directory, StringComparison.Ordinal)])
        {
            RedirectStandardOutput = true,
        })!;
        var line = await parent.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Token);
        var processes = line!.Split(' ').Select(int.Parse).ToList();
        processes.Count.ShouldBe(Providers);
        if (behaviour.Length > 0)
        {
            processes.AddRange(Enumerable.Range(0, Providers).Select(i => int.Parse(File.ReadAllText(Path.Combine(directory, $"{i}")))));
        }

        processes.ShouldAllBe(p => !HandshakeTests.IsGone(p));
        if (killGuardsFirst)
        {
            foreach (var guard in ChildrenOf(parent.Id).Where(c => c.Command == "sh"))
            {
                Libc.SignalExactly(guard.Pid, Libc.SignalKill, () => true);
            }
        }

        var watch = Stopwatch.StartNew();
        parent.Kill();
        await Eventually.IsSoAsync(() => processes.TrueForAll(HandshakeTests.IsGone), Token);
        watch.Elapsed.ShouldBeLessThan(Limit);
        await parent.WaitForExitAsync(Token);

        // What the dead host left on the disk goes with the next one.
        Directory.EnumerateDirectories(directory, "klm-*").Count().ShouldBe(Providers);
        ScratchDirectory.Sweep(directory);
        Directory.EnumerateDirectories(directory, "klm-*").ShouldBeEmpty();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Guard_Killed_HostNoticesAndStartsAnother()
    {
        await using var chaos = new ChaosHost();
        await using var first = await chaos.StartAsync();
        var guard = chaos.Host.Guard.Id.ShouldNotBeNull();
        Libc.SignalExactly(guard, Libc.SignalKill, () => true);
        await Eventually.IsSoAsync(() => HandshakeTests.IsGone(guard), Token);

        await using var second = await chaos.StartAsync();

        chaos.Host.Guard.Id.ShouldNotBeNull().ShouldNotBe(guard);
        chaos.Logged.ShouldContain(l => l.Text.Contains($"guard process {guard} is gone", StringComparison.Ordinal));
        await first.CloseAsync(Token);
        await second.CloseAsync(Token);
    }

    [Fact]
    public async Task Guard_HostDisposed_Ends()
    {
        int guard;
        await using (var chaos = new ChaosHost())
        {
            await using var provider = await chaos.StartAsync();
            guard = chaos.Host.Guard.Id.ShouldNotBeNull();
            await provider.CloseAsync(Token);
        }

        await Eventually.IsSoAsync(() => ProcessTree.Read(guard) is null, Token);
    }

    private static IEnumerable<ProcessEntry> ChildrenOf(int pid) => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), out var id) ? ProcessTree.Read(id) : null)
        .OfType<ProcessEntry>()
        .Where(e => e.Parent == pid);
}
