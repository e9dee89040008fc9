using Kolumn.Protocol;
using Kolumn.Sdk.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Sdk;

/// <summary>A provider in this process behind the four methods of the contract: what its process would serve, without the wire.</summary>
public static class InProcessProvider
{
    /// <param name="time">What timeouts are measured with; the system's when left out.</param>
    /// <exception cref="Engine.InvalidProviderDefinitionException">The definition contradicts itself.</exception>
    public static IProvider Create<TSession>(ProviderDefinition<TSession> definition, ILoggerFactory? loggers = null, TimeProvider? time = null)
        where TSession : IProviderSession =>
        new FunctionDispatcher<TSession>(definition, loggers ?? NullLoggerFactory.Instance, time ?? TimeProvider.System, new SecretScrubber());
}
