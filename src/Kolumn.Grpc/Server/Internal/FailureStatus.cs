using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The one place where an exception becomes a status.</summary>
internal static class FailureStatus
{
    public static Status Of(Exception failure, string method, CallSettings settings, CancellationToken callToken)
    {
        if (failure is RpcException refusal)
        {
            Log.ServiceRefused(settings.Logger, method, refusal.StatusCode, refusal);
            return refusal.Status;
        }

        if (failure is WireException broken)
        {
            Log.MessageRefused(settings.Logger, method, broken.Message);
            return new Status(broken.StatusCode, broken.Message, broken);
        }

        // Whatever the service threw, nobody waits for it; an operation cancelled by the call's token is the usual way.
        if (callToken.IsCancellationRequested)
        {
            Log.CallCancelled(settings.Logger, method, failure);
            return new Status(StatusCode.Cancelled, "The call was cancelled.", failure);
        }

        Log.ServiceFailed(settings.Logger, method, failure);
        var detail = settings.EnableDetailedErrors
            ? $"Exception was thrown by handler. {failure.GetType().Name}: {failure.Message}"
            : "Exception was thrown by handler.";
        return new Status(StatusCode.Unknown, detail, failure);
    }
}
