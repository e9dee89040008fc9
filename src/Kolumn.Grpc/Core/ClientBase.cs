namespace Grpc.Core;

/// <summary>Ancestor of generated clients.</summary>
public abstract class ClientBase
{
    protected ClientBase()
    {
    }

    protected ClientBase(ChannelBase channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Configuration = new ClientBaseConfiguration(channel.CreateCallInvoker());
    }

    protected ClientBase(CallInvoker callInvoker)
    {
        ArgumentNullException.ThrowIfNull(callInvoker);
        Configuration = new ClientBaseConfiguration(callInvoker);
    }

    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
    }

    /// <exception cref="InvalidOperationException">The client was made without a channel or invoker (for a test double).</exception>
    protected CallInvoker CallInvoker => Configuration?.CallInvoker
        ?? throw new InvalidOperationException("This client was made without a channel. Construct it from a channel or a CallInvoker.");

    internal ClientBaseConfiguration? Configuration { get; }

    /// <summary>What a client hands to the variant of itself that it creates.</summary>
    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker callInvoker) => CallInvoker = callInvoker;

        internal CallInvoker CallInvoker { get; }
    }
}
