namespace Grpc.Core;

/// <summary>
/// Carries a running call's deadline and cancellation to an outgoing call. Present because <see cref="CallOptions"/> and
/// <see cref="ServerCallContext"/> name it; servers do not issue one: hand the context's deadline and token on instead.
/// </summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
