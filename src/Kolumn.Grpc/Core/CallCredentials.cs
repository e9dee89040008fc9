namespace Grpc.Core;

/// <summary>
/// Credentials that add metadata to a call. Present because <see cref="CallOptions"/> carries them; none can be made with this
/// runtime: peers prove themselves with certificates, and a token travels as ordinary metadata.
/// </summary>
public abstract class CallCredentials
{
    private protected CallCredentials()
    {
    }
}
