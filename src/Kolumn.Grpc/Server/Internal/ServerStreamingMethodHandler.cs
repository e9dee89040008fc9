using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>One request, any number of responses.</summary>
internal sealed class ServerStreamingMethodHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> service, CallSettings settings)
    : MethodHandler(method, settings)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(ServerCall call)
    {
        var request = await call.ReadRequestAsync(method.RequestMarshaller);
        await service(request, new ResponseStreamWriter<TResponse>(call, method.ResponseMarshaller), call);
    }
}
