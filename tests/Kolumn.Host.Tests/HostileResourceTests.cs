using Kolumn.Host.Launching;
using Kolumn.Protocol;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

/// <summary>
/// Providers that want more than there is. The limits are the system's, as a service or a container sets them, here by a shell
/// that starts the provider: they hit the provider, the error names them, host and siblings go on.
/// </summary>
[Collection(nameof(Alone))]
public sealed class HostileResourceTests
{
    private const long Bound = 64 * 1024 * 1024;

    private static readonly ReadOnlyMemory<byte> NoInput = "{}"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_TenGigabytes_ProviderDiesNamed()
    {
        await using var chaos = new ChaosHost("on-Apply=memory");
        await using var sibling = await SiblingAsync(chaos);
        await using var provider = await StartLimitedAsync(chaos, "ulimit -d 1000000");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var failure = await FailAsync(provider);

        failure.Reason.ShouldBe(PluginFailure.OutcomeUnknown);
        failure.Exit.ShouldBe(new ProcessExit(null, 6));
        failure.Message.ShouldContain("out of memory after");
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(Bound);
        await AssertServesAsync(sibling);
        await AssertServesAsync(provider);
    }

    [Fact]
    public async Task Descriptors_AHundredThousand_RefusedNamedAndTheConnectionLives()
    {
        await using var chaos = new ChaosHost("on-Apply=descriptors");
        await using var sibling = await SiblingAsync(chaos);
        await using var provider = await StartLimitedAsync(chaos, "ulimit -n 400");
        var pid = provider.ProcessId;
        var before = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

        var failure = await FailAsync(provider);

        failure.Reason.ShouldBe(PluginFailure.ProviderDefect);
        failure.Message.ShouldContain("Too many open files");
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count().ShouldBeLessThan(before + 50);
        await AssertServesAsync(sibling);
        await AssertServesAsync(provider);
        provider.ProcessId.ShouldBe(pid);
    }

    [Fact]
    public async Task TemporaryFolder_Filled_ProviderDiesNamedAndItIsEmptied()
    {
        await using var chaos = new ChaosHost("on-Apply=temporary");
        await using var sibling = await SiblingAsync(chaos);

        // Blocks of 512 bytes. The runtime maps its code through a file in memory, which would be limited too.
        await using var provider = await StartLimitedAsync(chaos, "ulimit -f 8192; export DOTNET_EnableWriteXorExecute=0");

        var failure = await FailAsync(provider);

        failure.Message.ShouldContain("SIGXFSZ, its limit of file size");
        provider.ProcessId.ShouldBeNull();
        Directory.EnumerateFiles(chaos.Scratch, "fill", SearchOption.AllDirectories).ShouldBeEmpty();
        await AssertServesAsync(sibling);
        await AssertServesAsync(provider);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";on-Ping=exit:1")]
    public async Task Processes_AHundredAndALineWithoutEnd_AllKilledWithTheProvider(string crash)
    {
        var mark = Path.Combine(Path.GetTempPath(), $"started-{Guid.NewGuid():n}");
        await using var chaos = new ChaosHost($"on-Apply=processes:{mark}{crash}", o => o with { CrashLimit = 1 });
        await using var innocent = new ChaosHost();
        await using var sibling = await SiblingAsync(innocent);
        await using var provider = await chaos.StartAsync();
        await provider.CallFunctionAsync(FunctionNames.Apply, NoInput, Token);
        var marker = chaos.Launcher.Requests.Single().Marker;
        MarkedBy(marker).Count.ShouldBeGreaterThan(100);

        if (crash.Length > 0)
        {
            await Should.ThrowAsync<PluginException>(async () => await provider.CallFunctionAsync(FunctionNames.Ping, NoInput, Token));
        }

        await provider.CloseAsync(Token);

        MarkedBy(marker).ShouldBeEmpty();
        chaos.Logged.ShouldAllBe(l => !l.Text.Contains("could not be killed", StringComparison.Ordinal));
        await AssertServesAsync(sibling);
        File.Delete(mark);
    }

    private static async Task<PluginProvider> SiblingAsync(ChaosHost chaos)
    {
        var sibling = await chaos.StartAsync();
        await AssertServesAsync(sibling);
        return sibling;
    }

    private static Task<PluginProvider> StartLimitedAsync(ChaosHost chaos, string limit) =>
        chaos.Host.StartAsync(chaos.ScriptExecutable($"{limit}; exec '{ChaosHost.ChaosExecutable}'"), Token);

    private static Task<PluginException> FailAsync(PluginProvider provider) =>
        Should.ThrowAsync<PluginException>(async () => await provider.CallFunctionAsync(FunctionNames.Apply, NoInput, Token));

    private static async Task AssertServesAsync(PluginProvider provider) =>
        (await provider.CallFunctionAsync(FunctionNames.Ping, NoInput, Token)).Length.ShouldBeGreaterThan(2);

    private static List<string> MarkedBy(string marker) => [.. Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Where(d =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(d, "environ")).Contains(marker, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    })];
}
