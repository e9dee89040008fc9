namespace Kolumn.Grpc.Tests.Interop;

/// <summary>The implementations of others that we talk to.</summary>
public enum InteropPeer
{
    /// <summary>grpc-js on Node.js.</summary>
    GrpcJs,

    /// <summary>Python's grpcio.</summary>
    GrpcPython,
}
