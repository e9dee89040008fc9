namespace Kolumn.Host.Tests;

[Collection(nameof(Alone))]
public sealed class LeakTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAndStop_AThousandTimes_NoProcessDescriptorOrThreadStays()
    {
        await using var chaos = new ChaosHost();
        var executable = chaos.ScriptExecutable("echo '1|1|tcp'; exec sleep 600");
        await FailAsync();
        var (files, threads) = (Count("fd"), Count("task"));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 250; i++)
            {
                await FailAsync();
            }
        }));

        Count("fd").ShouldBeLessThan(files + 10);
        Count("task").ShouldBeLessThan(threads + 20);
        chaos.AssertNothingIsLeft();

        async Task FailAsync()
        {
            var failure = await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(executable, Token));
            failure.Reason.ShouldBe(PluginFailure.MalformedHandshake);
        }
    }

    private static int Count(string what) => Directory.EnumerateFileSystemEntries($"/proc/self/{what}").Count();
}
