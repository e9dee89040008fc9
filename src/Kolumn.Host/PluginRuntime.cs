using Kolumn.Host.Discovery;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Host;

/// <summary>
/// The plugin runtime: the runtime contract spoken to a provider process. It is the same <see cref="ContractRuntime"/> that
/// stands before a provider in this process, over a <see cref="PluginProvider"/>.
/// </summary>
public static class PluginRuntime
{
    /// <summary>Starts the provider's process; closing the runtime ends it.</summary>
    /// <exception cref="PluginException">It did not start.</exception>
    public static async Task<IProviderRuntime> StartAsync(PluginHost host, ProviderRequirement requirement, CancellationToken cancellationToken) =>
        new ContractRuntime(await host.StartAsync(requirement, cancellationToken));

    /// <summary>Makes the provider available under its short name, or under <paramref name="providerId"/>. Every lookup starts a process of its own.</summary>
    public static void Register(this RuntimeRegistry registry, PluginHost host, ProviderRequirement requirement, string? providerId = null) =>
        registry.Register(providerId ?? requirement.Name, cancellationToken => StartAsync(host, requirement, cancellationToken));
}
