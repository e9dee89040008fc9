using Kolumn.Host;
using Kolumn.Host.Discovery;
using Kolumn.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.EndToEnd.Tests.Runtime;

public abstract class PluginRuntimeTests : RuntimeContractTests
{
    private readonly PluginHost _host;

    protected PluginRuntimeTests(ProviderTransport transport)
    {
        var executable = Repository.Executable("Kolumn.Providers.Sqlite", "kolumn-provider-sqlite");
        _host = new PluginHost(new HostOptions { ProviderDirectories = [Path.GetDirectoryName(executable)!], Transport = transport }, NullLoggerFactory.Instance);
        Registry.Register(_host, new ProviderRequirement("sqlite"));
    }

    protected override ValueTask StopAsync() => _host.DisposeAsync();
}

public sealed class PluginRuntimeOverTcpTests() : PluginRuntimeTests(ProviderTransport.Tcp);

public sealed class PluginRuntimeOverUnixSocketTests() : PluginRuntimeTests(ProviderTransport.Unix);
