using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Telemetry;

/// <summary>
/// The six loggers of provider specification section 12.1, by category name, and the operations that are told by them. Every line
/// carries the provider's name and, while a request is served, its id.
/// </summary>
public sealed class ProviderLoggers
{
    private readonly string _provider;

    /// <param name="provider">The short name: <c>postgres</c>.</param>
    public ProviderLoggers(string provider, ILoggerFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _provider = provider;
        Config = factory.CreateLogger("ConfigLogger");
        Connection = factory.CreateLogger("ConnectionLogger");
        Handler = factory.CreateLogger("HandlerLogger");
        Discovery = factory.CreateLogger("DiscoveryLogger");
        Dispatch = factory.CreateLogger("DispatchLogger");
        State = factory.CreateLogger("StateLogger");
    }

    /// <summary>Configuration parsing.</summary>
    public ILogger Config { get; }

    /// <summary>Database connections, and the way to the host.</summary>
    public ILogger Connection { get; }

    /// <summary>Resource operations.</summary>
    public ILogger Handler { get; }

    public ILogger Discovery { get; }

    /// <summary>Request routing.</summary>
    public ILogger Dispatch { get; }

    public ILogger State { get; }

    /// <summary>Begins an operation that ends when it is disposed.</summary>
    /// <param name="logger">One of the six.</param>
    /// <param name="name">What is done, few distinct ones: <c>execute statements</c>.</param>
    public TrackedOperation TrackOperation(ILogger logger, string name) => new(logger, _provider, name);
}
