namespace Grpc.Core;

/// <summary>How many messages each side sends.</summary>
public enum MethodType
{
    Unary,
    ClientStreaming,
    ServerStreaming,
    DuplexStreaming,
}
