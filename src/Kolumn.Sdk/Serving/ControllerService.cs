using Grpc.Core;
using Kolumn.Protocol.Wire.Plugin;

namespace Kolumn.Sdk.Serving;

/// <summary>Lets the host end the process.</summary>
internal sealed class ControllerService(Action stop) : GRPCController.GRPCControllerBase
{
    public override Task<Empty> Shutdown(Empty request, ServerCallContext context)
    {
        stop();
        return Task.FromResult(new Empty());
    }
}
