using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client.Internal;

/// <summary>What the calls of a channel share: where to, through what, within which limits.</summary>
internal sealed class ChannelTransport : IDisposable
{
    private readonly Uri _address;
    private readonly ConcurrentDictionary<string, Uri> _uriByMethod = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closed = new();
    private readonly HttpMessageInvoker _invoker;

    public ChannelTransport(Uri address, GrpcChannelOptions options)
    {
        _address = address;
        _invoker = options.HttpHandler is { } handler
            ? new HttpMessageInvoker(handler, options.DisposeHttpClient)
            : new HttpMessageInvoker(CreateHandler(), disposeHandler: true);
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        MaxSendMessageSize = options.MaxSendMessageSize;
        ThrowsOperationCanceled = options.ThrowOperationCanceledOnCancellation;
        Logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<GrpcChannel>();
    }

    public int? MaxReceiveMessageSize { get; }

    public int? MaxSendMessageSize { get; }

    public bool ThrowsOperationCanceled { get; }

    public ILogger Logger { get; }

    /// <summary>Cancelled when the channel is disposed.</summary>
    public CancellationToken Closed => _closed.Token;

    public Uri UriOf(IMethod method) => _uriByMethod.TryGetValue(method.FullName, out var uri)
        ? uri
        : _uriByMethod.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), _address);

    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, typeof(GrpcChannel));

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Dispose()
    {
        // Not disposed: running calls may still link to the token, and a source without timer holds nothing.
        if (!_closed.IsCancellationRequested)
        {
            _closed.Cancel();
            _invoker.Dispose();
        }
    }

    // One connection for as long as the channel lives, no detours, and windows that do not hold up large messages.
    private static SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = 16 * 1024 * 1024,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    };
}
