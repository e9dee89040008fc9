using Kolumn.Host;
using Kolumn.Host.Discovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.ChaosProvider;

/// <summary>A host to be killed: starts copies of this provider, says which processes there are now, and waits for its end.</summary>
internal static class ParentHost
{
    /// <param name="count">How many providers.</param>
    /// <param name="directory">For the scratch directories, and for the pid files of the providers' children.</param>
    /// <param name="behaviour">The CHAOS of the providers; <c>{i}</c> is the provider's number.</param>
    public static async Task RunAsync(int count, string directory, string behaviour)
    {
        var starts = Enumerable.Range(0, count).Select(i => StartAsync(directory, behaviour.Replace("{i}", $"{i}", StringComparison.Ordinal)));
        var providers = await Task.WhenAll(starts);
        Console.WriteLine(string.Join(' ', providers.Select(p => p.ProcessId)));
        await Console.Out.FlushAsync();
        await Task.Delay(Timeout.Infinite, CancellationToken.None);
    }

    private static async Task<PluginProvider> StartAsync(string directory, string behaviour)
    {
        var host = new PluginHost(
            new HostOptions
            {
                ProviderDirectories = [AppContext.BaseDirectory],
                WorkspaceDirectory = directory,
                ScratchDirectory = directory,
                Variables = new Dictionary<string, string> { ["CHAOS"] = behaviour },
                StartTimeout = TimeSpan.FromSeconds(60),
            },
            NullLoggerFactory.Instance);
        return await host.StartAsync(new ProviderRequirement("chaos"), CancellationToken.None);
    }
}
