namespace Grpc.Net.Client.Internal;

/// <summary>Why this side ended a call early.</summary>
internal enum EndCause
{
    None,
    Token,
    Deadline,
    Disposed,
    ChannelClosed,
}
