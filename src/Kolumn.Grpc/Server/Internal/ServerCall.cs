using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>One call on the server: the context its service sees, its request, its response, its deadline.</summary>
internal sealed class ServerCall : ServerCallContext, IAsyncDisposable
{
    private static readonly Func<CancellationToken> NoToken = static () => CancellationToken.None;

    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly ServerResponse _response;
    private readonly CallSettings _settings;
    private readonly string _method;

    // Guards the two fields below: the deadline fires on another thread than the service runs on.
    private readonly Lock _gate = new();
    private CancellationTokenSource? _cancellation;
    private bool _deadlinePassed;

    private ITimer? _deadlineTimer;
    private DateTime _deadline = DateTime.MaxValue;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private Status _status = Status.DefaultSuccess;

    public ServerCall(IFeatureCollection features, string method, CallSettings settings)
    {
        _features = features;
        _method = method;
        _settings = settings;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = new ServerResponse(features, method, settings);
    }

    /// <summary>What belongs to the request besides gRPC: services, connection.</summary>
    public IFeatureCollection Features => _features;

    protected override string MethodCore => _method;

    protected override string HostCore => _request.Headers.Host.ToString();

    protected override string PeerCore => PeerDescription.Describe(_features);

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= CallHeaders.Read(_request.Headers);

    protected override CancellationToken CancellationTokenCore =>
        _deadlineTimer is null ? _features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted : DeadlineToken();

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= PeerDescription.Authenticate(_features);

    private WriteFlags Flags => WriteOptions?.Flags ?? default;

    /// <summary>Lifts the host's limits that would break long or large calls, and lets the deadline run.</summary>
    /// <exception cref="WireException">The deadline is malformed, or the request is in an unknown encoding.</exception>
    public void Start()
    {
        if (_settings.LiftsRequestLimits)
        {
            RequestLimits.Lift(_features);
        }

        string? encoding = _request.Headers.GrpcEncoding;
        if (encoding is not (null or HeaderNames.Identity or HeaderNames.Gzip))
        {
            _response.NameAcceptedEncodings();
            throw MessageEncoding.Unknown(encoding);
        }

        string? timeoutText = _request.Headers.GrpcTimeout;
        if (timeoutText is null)
        {
            return;
        }

        if (!GrpcTimeout.TryParse(timeoutText, out var timeout))
        {
            throw WireException.Malformed($"The {HeaderNames.Timeout} header '{timeoutText}' is not a timeout.");
        }

        var now = _settings.TimeProvider.GetUtcNow().UtcDateTime;
        if (timeout >= DateTime.MaxValue - now || timeout > DeadlineLimits.LongestTimer)
        {
            return;
        }

        _deadline = now + timeout;
        _deadlineTimer = _settings.TimeProvider.CreateTimer(
            static call => ((ServerCall)call!).OnDeadline(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <exception cref="WireException">The body is not exactly one message of this type within the limit.</exception>
    public ValueTask<TRequest> ReadRequestAsync<TRequest>(Marshaller<TRequest> marshaller) => RequestMessage.ReadAsync(
        _features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader,
        _request.Headers.GrpcEncoding,
        marshaller,
        _settings.MaxReceiveMessageSize,
        _deadlineTimer is null ? NoToken : DeadlineToken);

    /// <summary>Writes the response of a unary call; it travels together with headers and trailers.</summary>
    public void WriteOnlyMessage<TResponse>(TResponse message, Marshaller<TResponse> marshaller) =>
        _response.WriteOnlyMessage(message, marshaller, Flags);

    /// <summary>Writes one of many responses and waits until the peer's window takes more.</summary>
    /// <exception cref="InvalidOperationException">The call has ended, or another write is still running.</exception>
    /// <exception cref="OperationCanceledException">The client is gone, or the token was cancelled.</exception>
    public Task WriteStreamMessageAsync<TResponse>(
        TResponse message, Marshaller<TResponse> marshaller, CancellationToken cancellationToken) =>
        _response.WriteStreamMessageAsync(message, marshaller, Flags, DeadlineToken(), cancellationToken);

    /// <summary>Ends the call as the service left it.</summary>
    public void End() => _response.End(_status, _responseTrailers);

    /// <summary>Ends the call with the status the failure stands for.</summary>
    public void Fail(Exception failure)
    {
        if (failure is RpcException { Trailers.Count: > 0 } refusal && refusal.Trailers != _responseTrailers)
        {
            foreach (var entry in refusal.Trailers)
            {
                ResponseTrailers.Add(entry);
            }
        }

        _response.End(FailureStatus.Of(failure, _method, _settings, CancellationToken), _responseTrailers);
    }

    public async ValueTask DisposeAsync()
    {
        if (_deadlineTimer is not null)
        {
            // Waits for a callback that is running.
            await _deadlineTimer.DisposeAsync();
            await _response.WaitForDeadlineEndAsync();
        }

        _cancellation?.Dispose();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        return _response.WriteHeadersAsync(responseHeaders, DeadlineToken());
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Hand Deadline and CancellationToken of this context to the outgoing call instead.");

    // Fires when the client is gone or the deadline passed; of calls without a deadline, none. Made when first asked for: most
    // calls are over before anyone needs it.
    private CancellationToken DeadlineToken()
    {
        if (_deadlineTimer is null)
        {
            return CancellationToken.None;
        }

        lock (_gate)
        {
            if (_cancellation is null)
            {
                _cancellation = CancellationTokenSource.CreateLinkedTokenSource(
                    _features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted);
                if (_deadlinePassed)
                {
                    _cancellation.Cancel();
                }
            }

            return _cancellation.Token;
        }
    }

    private void OnDeadline()
    {
        if (!_response.TryEndByDeadline())
        {
            return;
        }

        Log.DeadlineExceeded(_settings.Logger, _method);
        CancellationTokenSource? cancellation;
        lock (_gate)
        {
            _deadlinePassed = true;
            cancellation = _cancellation;
        }

        try
        {
            cancellation?.Cancel();
        }
        catch (Exception failure)
        {
            // Callbacks on the token are the service's; an exception here would end the process.
            Log.CancellationCallbackFailed(_settings.Logger, _method, failure);
        }
    }
}
