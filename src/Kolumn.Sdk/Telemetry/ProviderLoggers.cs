using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Telemetry;

/// <summary>The six loggers of provider specification section 12.1, by category name.</summary>
internal sealed class ProviderLoggers(ILoggerFactory factory)
{
    /// <summary>Configuration parsing.</summary>
    public ILogger Config { get; } = factory.CreateLogger("ConfigLogger");

    /// <summary>Database connections, and the way to the host.</summary>
    public ILogger Connection { get; } = factory.CreateLogger("ConnectionLogger");

    /// <summary>Resource operations.</summary>
    public ILogger Handler { get; } = factory.CreateLogger("HandlerLogger");

    public ILogger Discovery { get; } = factory.CreateLogger("DiscoveryLogger");

    /// <summary>Request routing.</summary>
    public ILogger Dispatch { get; } = factory.CreateLogger("DispatchLogger");

    public ILogger State { get; } = factory.CreateLogger("StateLogger");
}
