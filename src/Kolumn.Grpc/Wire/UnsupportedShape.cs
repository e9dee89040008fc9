using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Client and duplex streaming: their types exist for generated code, calls of these shapes do not.</summary>
internal static class UnsupportedShape
{
    public static NotSupportedException Of(IMethod method) => new(
        $"{method.FullName} is a {method.Type} method. This gRPC runtime has unary and server-streaming calls only.");
}
