using Grpc.Core;
using Kolumn.Protocol.Wire.Health;

namespace Kolumn.Sdk.Serving;

/// <summary>Says that the process serves; whether its database answers is Ping's business.</summary>
internal sealed class HealthService(Task stopping) : Health.HealthBase
{
    private const string PluginService = "plugin";

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => IsKnown(request)
        ? Task.FromResult(Current())
        : throw new RpcException(new Status(StatusCode.NotFound, $"unknown service: {request.Service}"));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (!IsKnown(request))
        {
            await responseStream.WriteAsync(Of(HealthCheckResponse.Types.ServingStatus.ServiceUnknown), context.CancellationToken);
        }
        else
        {
            await responseStream.WriteAsync(Current(), context.CancellationToken);
        }

        await stopping.WaitAsync(context.CancellationToken);
        await responseStream.WriteAsync(Current(), context.CancellationToken);
    }

    private HealthCheckResponse Current() =>
        Of(stopping.IsCompleted ? HealthCheckResponse.Types.ServingStatus.NotServing : HealthCheckResponse.Types.ServingStatus.Serving);

    private static bool IsKnown(HealthCheckRequest request) => request.Service is "" or PluginService;

    private static HealthCheckResponse Of(HealthCheckResponse.Types.ServingStatus status) => new() { Status = status };
}
