using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what its calls may use.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>
    /// What sends the requests: the place for a Unix socket's connect callback and for TLS options. Null makes a
    /// <see cref="SocketsHttpHandler"/> with settings for gRPC, which the channel disposes.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing the channel disposes <see cref="HttpHandler"/>.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Bytes of one received message after inflating; 4 MB unless set, null for no limit but memory.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Bytes of one sent message before compression; null for no limit but memory.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Where the channel logs, at Debug; null for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// Whether a call that ends by its token or its deadline throws <see cref="OperationCanceledException"/> (with the
    /// <see cref="Core.RpcException"/> inside) instead of <see cref="Core.RpcException"/>.
    /// </summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }
}
