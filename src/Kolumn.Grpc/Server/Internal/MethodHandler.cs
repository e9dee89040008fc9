using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Answers the calls of one method. The life of a call:
/// <list type="number">
/// <item>refuse what is not a gRPC request with an HTTP status;</item>
/// <item>start the call: its deadline runs, its limits hold;</item>
/// <item>read the request, run the service, write the response (by the shape of the method);</item>
/// <item>end with the service's status, or with the one its failure stands for;</item>
/// <item>release what the call held, also when the client is long gone.</item>
/// </list>
/// </summary>
internal abstract class MethodHandler(IMethod method, CallSettings settings)
{
    public IMethod Method { get; } = method;

    protected CallSettings Settings { get; } = settings;

    public async Task HandleAsync(IFeatureCollection features)
    {
        // 1.
        if (!RequestHead.Accept(features))
        {
            return;
        }

        var call = new ServerCall(features, Method.FullName, Settings);
        try
        {
            // 2.
            call.Start();

            // 3.
            await InvokeAsync(call);

            // 4.
            call.End();
        }
        catch (Exception failure)
        {
            call.Fail(failure);
        }
        finally
        {
            // 5.
            await call.DisposeAsync();
        }
    }

    protected abstract Task InvokeAsync(ServerCall call);
}
