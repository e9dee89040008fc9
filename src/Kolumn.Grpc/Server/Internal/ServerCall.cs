using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// One call on the server: the context its service sees, and the only way to its response. The response ends exactly once, by the
/// service's outcome or by the deadline, whichever is first; whoever is second changes nothing.
/// </summary>
internal sealed class ServerCall : ServerCallContext, IAsyncDisposable
{
    private static readonly Func<CancellationToken> NoToken = static () => CancellationToken.None;

    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly PipeWriter _responseBody;
    private readonly ResponseMessageWriter _messages;
    private readonly CallSettings _settings;
    private readonly string _method;

    // Guards the five fields below: the deadline fires on another thread than the service runs on.
    private readonly Lock _gate = new();
    private CancellationTokenSource? _cancellation;
    private TaskCompletionSource? _deadlineEnd;
    private bool _ended;
    private bool _writing;
    private bool _deadlinePassed;

    private ITimer? _deadlineTimer;
    private DateTime _deadline = DateTime.MaxValue;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private Status _status = Status.DefaultSuccess;
    private bool _headersPrepared;
    private bool _headersSent;
    private bool _compress;

    public ServerCall(IFeatureCollection features, string method, CallSettings settings)
    {
        _features = features;
        _method = method;
        _settings = settings;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _responseBody = features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        _messages = new ResponseMessageWriter(_responseBody, settings.MaxSendMessageSize, settings.CompressionLevel);
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

    /// <summary>Lifts the host's limits that would break long or large calls, and lets the deadline run.</summary>
    /// <exception cref="WireException">The deadline is malformed, or the request is in an unknown encoding.</exception>
    public void Start()
    {
        if (_settings.LiftsRequestLimits)
        {
            RequestLimits.Lift(_features);
        }

        _response.Headers.ContentType = HeaderNames.GrpcContentType;
        RefuseUnknownEncoding();
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
    public void WriteOnlyMessage<TResponse>(TResponse message, Marshaller<TResponse> marshaller)
    {
        if (TryBeginWrite())
        {
            try
            {
                PrepareHeaders(null);
                _messages.Write(message, marshaller, CompressesNext());
                _headersSent = true;
            }
            finally
            {
                EndWrite();
            }
        }
    }

    /// <summary>Writes one of many responses and waits until the peer's window takes more.</summary>
    /// <exception cref="InvalidOperationException">The call has ended, or another write is still running.</exception>
    /// <exception cref="OperationCanceledException">The client is gone, or the token was cancelled.</exception>
    public async Task WriteStreamMessageAsync<TResponse>(
        TResponse message, Marshaller<TResponse> marshaller, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClientIsGone();
        if (!TryBeginWrite())
        {
            throw new InvalidOperationException("The message cannot be written: the call has ended.");
        }

        try
        {
            PrepareHeaders(null);
            _messages.Write(message, marshaller, CompressesNext());
            _headersSent = true;
            if (((WriteOptions?.Flags ?? default) & WriteFlags.BufferHint) == 0)
            {
                await FlushAsync(cancellationToken);
            }
        }
        finally
        {
            EndWrite();
        }
    }

    /// <summary>Ends the call as the service left it.</summary>
    public void End() => End(_status);

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

        End(FailureStatus.Of(failure, _method, _settings, CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (_deadlineTimer is not null)
        {
            await _deadlineTimer.DisposeAsync();
        }

        if (_deadlineEnd is not null)
        {
            await _deadlineEnd.Task;
        }

        _cancellation?.Dispose();
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (!TryBeginWrite())
        {
            throw new InvalidOperationException("The response headers cannot be sent: the call has ended.");
        }

        try
        {
            if (_headersSent)
            {
                throw new InvalidOperationException("The response headers were sent before.");
            }

            PrepareHeaders(responseHeaders);
            _headersSent = true;
            await FlushAsync(CancellationToken.None);
        }
        finally
        {
            EndWrite();
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Hand Deadline and CancellationToken of this context to the outgoing call instead.");

    // The answer names what is supported (doc/compression.md).
    private void RefuseUnknownEncoding()
    {
        string? encoding = _request.Headers.GrpcEncoding;
        if (encoding is not (null or HeaderNames.Identity or HeaderNames.Gzip))
        {
            _response.Headers.GrpcAcceptEncoding = HeaderNames.AcceptedEncodings;
            throw MessageEncoding.Unknown(encoding);
        }
    }

    private void PrepareHeaders(Metadata? metadata)
    {
        if (_headersPrepared)
        {
            return;
        }

        _headersPrepared = true;
        var encoding = metadata?.GetValue(HeaderNames.CompressionRequest) ?? _settings.ResponseEncoding;
        _compress = encoding == HeaderNames.Gzip && MessageEncoding.AcceptsGzip(_request.Headers.GrpcAcceptEncoding);
        if (_compress)
        {
            _response.Headers.GrpcEncoding = HeaderNames.Gzip;
        }

        CallHeaders.Write(metadata, _response.Headers);
    }

    private bool CompressesNext() => _compress && ((WriteOptions?.Flags ?? default) & WriteFlags.NoCompress) == 0;

    // Kestrel gives up the wait for the window when the token fires; the bytes stay queued.
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var deadline = DeadlineToken();
        if (!cancellationToken.CanBeCanceled || !deadline.CanBeCanceled)
        {
            await _responseBody.FlushAsync(cancellationToken.CanBeCanceled ? cancellationToken : deadline);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        await _responseBody.FlushAsync(either.Token);
    }

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

    // Kestrel swallows what is written to a client that is gone: a service that never looks at its token would write for ever.
    private void ThrowIfClientIsGone()
    {
        bool ended;
        lock (_gate)
        {
            ended = _ended;
        }

        // After the end the request's features belong to the host again.
        if (!ended)
        {
            _features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted.ThrowIfCancellationRequested();
        }
    }

    private bool TryBeginWrite()
    {
        lock (_gate)
        {
            if (_writing)
            {
                throw new InvalidOperationException("The message cannot be written: the write before it has not finished.");
            }

            _writing = !_ended && !_deadlinePassed;
            return _writing;
        }
    }

    private void EndWrite()
    {
        lock (_gate)
        {
            _writing = false;
            if (!_deadlinePassed || _ended)
            {
                return;
            }

            _ended = true;
        }

        // The deadline passed during the write and left the ending to it.
        _ = EndAfterDeadlineAsync();
    }

    private void End(Status status)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        WriteEnd(status);
    }

    // Ends the response at once, whether or not the service heeds its token; the service is still awaited before the request's
    // features go back to the host.
    private void OnDeadline()
    {
        bool endHere;
        CancellationTokenSource? cancellation;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _deadlinePassed = true;
            _deadlineEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            cancellation = _cancellation;
            endHere = !_writing;
            _ended = endHere;
        }

        Log.DeadlineExceeded(_settings.Logger, _method);
        if (endHere)
        {
            _ = EndAfterDeadlineAsync();
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

    private async Task EndAfterDeadlineAsync()
    {
        try
        {
            WriteEnd(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
            await _features.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
        }
        catch (Exception failure)
        {
            // The client is gone, or going: it has a deadline of its own. Nobody is left to be told.
            Log.ResponseEndFailed(_settings.Logger, _method, failure);
        }
        finally
        {
            _deadlineEnd!.SetResult();
        }
    }

    private void WriteEnd(Status status)
    {
        if (_messages.IsBroken)
        {
            const int internalError = 2;
            _features.Get<IHttpResetFeature>()?.Reset(internalError);
            return;
        }

        // Trailers-Only: nothing was sent, so status and trailers go into the only header block.
        var destination = _headersSent ? _features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : _response.Headers;
        try
        {
            CallHeaders.Write(_responseTrailers, destination);
        }
        catch (WireException unsendable)
        {
            Log.MessageRefused(_settings.Logger, _method, unsendable.Message);
            status = new Status(unsendable.StatusCode, unsendable.Message, unsendable);
        }

        destination.GrpcStatus = StatusTrailers.FormatCode(status.StatusCode);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            destination.GrpcMessage = PercentEncoding.Encode(status.Detail);
        }
    }
}
