using Kolumn.Protocol.Runtime;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk;

/// <summary>A provider in this process behind the runtime contract: the same dispatcher and the same adapter as in its own, without the wire between them.</summary>
public static class InProcessRuntime
{
    /// <summary>For <see cref="RuntimeRegistry.Register"/>: every call makes a fresh runtime of a fresh definition.</summary>
    public static RuntimeFactory Factory<TSession>(Func<ProviderDefinition<TSession>> define, ILoggerFactory? loggers = null)
        where TSession : IProviderSession => _ => Task.FromResult(Create(define(), loggers));

    /// <exception cref="Engine.InvalidProviderDefinitionException">The definition contradicts itself.</exception>
    public static IProviderRuntime Create<TSession>(ProviderDefinition<TSession> definition, ILoggerFactory? loggers = null)
        where TSession : IProviderSession =>
        new ContractRuntime(InProcessProvider.Create(definition, loggers));
}
