using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>One request, one response.</summary>
internal sealed class UnaryMethodHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> service, CallSettings settings)
    : MethodHandler(method, settings)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(ServerCall call)
    {
        var request = await call.ReadRequestAsync(method.RequestMarshaller);
        var response = await service(request, call)
            ?? throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        if (call.Status.StatusCode == StatusCode.OK)
        {
            call.WriteOnlyMessage(response, method.ResponseMarshaller);
        }
    }
}
