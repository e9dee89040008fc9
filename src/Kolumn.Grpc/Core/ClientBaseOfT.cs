namespace Grpc.Core;

/// <summary>Ancestor of generated clients that can make a variant of themselves.</summary>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    protected ClientBase()
    {
    }

    protected ClientBase(ChannelBase channel) : base(channel)
    {
    }

    protected ClientBase(CallInvoker callInvoker) : base(callInvoker)
    {
    }

    protected ClientBase(ClientBaseConfiguration configuration) : base(configuration)
    {
    }

    /// <summary>A client with another configuration; generated code implements it.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
