using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc;

/// <summary>All log events of the runtime: 1xx server, 2xx client. Messages never carry payloads or metadata values.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Debug, "{Method}: the service answered with {StatusCode}.")]
    public static partial void ServiceRefused(ILogger logger, string method, StatusCode statusCode, Exception refusal);

    [LoggerMessage(102, LogLevel.Debug, "{Method}: {Reason}")]
    public static partial void MessageRefused(ILogger logger, string method, string reason);

    [LoggerMessage(103, LogLevel.Debug, "{Method}: the call was cancelled.")]
    public static partial void CallCancelled(ILogger logger, string method, Exception failure);

    [LoggerMessage(104, LogLevel.Error, "{Method}: the service threw an exception.")]
    public static partial void ServiceFailed(ILogger logger, string method, Exception failure);

    [LoggerMessage(105, LogLevel.Debug, "{Method}: the deadline passed.")]
    public static partial void DeadlineExceeded(ILogger logger, string method);

    [LoggerMessage(106, LogLevel.Error, "{Method}: a callback on the call's cancellation token threw an exception.")]
    public static partial void CancellationCallbackFailed(ILogger logger, string method, Exception failure);

    [LoggerMessage(107, LogLevel.Debug, "{Method}: the end of the response could not be sent.")]
    public static partial void ResponseEndFailed(ILogger logger, string method, Exception failure);

    [LoggerMessage(108, LogLevel.Debug, "The service {Service} is not served here; {Method} was asked for.")]
    public static partial void UnknownMethod(ILogger logger, string service, string method);

    [LoggerMessage(109, LogLevel.Debug, "A connection failed in its TLS handshake.")]
    public static partial void TlsHandshakeFailed(ILogger logger, Exception failure);

    [LoggerMessage(201, LogLevel.Debug, "{Method}: calling.")]
    public static partial void CallStarted(ILogger logger, string method);

    [LoggerMessage(202, LogLevel.Debug, "{Method}: ended with {StatusCode}.")]
    public static partial void CallEnded(ILogger logger, string method, StatusCode statusCode);
}
