using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call on the client, whatever its messages: what may end it early, and what is known once it ended. It ends exactly once;
/// the first cause counts.
/// </summary>
internal abstract class ClientCall : IDisposable
{
    /// <summary>What the call objects ask: without a closure per call.</summary>
    public static readonly Func<object, Task<Metadata>> ResponseHeadersOf = static call => ((ClientCall)call).ResponseHeadersAsync();
    public static readonly Func<object, Status> StatusOf = static call => ((ClientCall)call).GetStatus();
    public static readonly Func<object, Metadata> TrailersOf = static call => ((ClientCall)call).GetTrailers();
    public static readonly Action<object> DisposeOf = static call => ((ClientCall)call).Dispose();

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly CancellationTokenRegistration _channelRegistration;
    private int _cause;
    private RequestContent? _content;
    private TaskCompletionSource<Metadata>? _responseHeadersAwaited;
    private HttpResponseMessage? _response;
    private Exception? _failure;
    private Status _status;
    private volatile bool _hasEnded;
    private HttpHeaders? _trailingHeaders;
    private Metadata? _trailers;

    protected ClientCall(ChannelTransport transport, IMethod method, CallOptions options)
    {
        if (options.Deadline is { Kind: not DateTimeKind.Utc } local && local != DateTime.MaxValue && local != DateTime.MinValue)
        {
            throw new InvalidOperationException("The deadline must be in UTC: use DateTime.UtcNow.");
        }

        Transport = transport;
        Method = method;
        Options = options;
        CallToken = _cancellation.Token;
        _callerRegistration = options.CancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(EndCause.Token), this);
        _channelRegistration = transport.Closed.UnsafeRegister(static call => ((ClientCall)call!).Cancel(EndCause.ChannelClosed), this);
    }

    protected ChannelTransport Transport { get; }

    protected IMethod Method { get; }

    protected CallOptions Options { get; }

    protected CancellationToken CallToken { get; }

    protected bool HasEnded => _hasEnded;

    /// <summary>What the ended call throws; null when it ended with OK.</summary>
    protected Exception? EndFailure => _failure;

    /// <summary>Ends the call if it is still running, and lets go of its response.</summary>
    public void Dispose()
    {
        Cancel(EndCause.Disposed);
        Release();
    }

    /// <summary>Ends the call from this side; only the first cause counts.</summary>
    public void Cancel(EndCause cause)
    {
        if (HasEnded)
        {
            return;
        }

        // A source that is already cancelled without a cause was cancelled by its own timer: the deadline.
        if (!_cancellation.IsCancellationRequested)
        {
            Interlocked.CompareExchange(ref _cause, (int)cause, (int)EndCause.None);
        }

        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended in between.
        }
    }

    /// <summary>Frames the request and starts to send it. The caller awaits the response and hands it to <see cref="Accept"/>.</summary>
    /// <exception cref="WireException">The request cannot be sent as it is.</exception>
    protected Task<HttpResponseMessage> SendAsync<TRequest>(TRequest message, Marshaller<TRequest> marshaller)
    {
        Log.CallStarted(Transport.Logger, Method.FullName);
        CallToken.ThrowIfCancellationRequested();
        var timeout = StartDeadline();
        var compress = RequestHeaders.AsksForCompression(Options.Headers);
        _content = new RequestContent(
            RequestMessageWriter.Write(message, marshaller, Transport.MaxSendMessageSize, compress && !AsksForPlain()));
        return Transport.SendAsync(RequestHeaders.Build(Transport.UriOf(Method), _content, Options.Headers, timeout, compress), CallToken);
    }

    /// <summary>The response's headers are there: whoever waits for them goes on, and the request will not be sent again.</summary>
    protected void Accept(HttpResponseMessage response)
    {
        _content!.Release();
        TaskCompletionSource<Metadata>? headersAwaited;
        lock (_gate)
        {
            _response = response;
            headersAwaited = _responseHeadersAwaited;
        }

        headersAwaited?.TrySetResult(ResponseHead.ReadMetadata(response.Headers));
    }

    /// <summary>Ends the call as its response headers say (a Trailers-Only response, or one that is not gRPC).</summary>
    protected Exception? EndFromHeaders(Status status, HttpResponseMessage response, bool lacksMessage) =>
        End(OrLackOfMessage(status, lacksMessage), response.Headers);

    /// <summary>Ends the call as the trailers say, which exist once the body was read to its end.</summary>
    protected Exception? EndFromTrailers(HttpResponseMessage response, bool lacksMessage)
    {
        var status = ResponseHead.ReadStatus(response.TrailingHeaders)
            ?? new Status(StatusCode.Unknown, "The response ended without a grpc-status.");
        return End(OrLackOfMessage(status, lacksMessage), response.TrailingHeaders);
    }

    /// <summary>The end this side's failure stands for.</summary>
    protected Exception EndFromFailure(Exception failure)
    {
        var cause = _cancellation.IsCancellationRequested && _cause == (int)EndCause.None ? EndCause.Deadline : (EndCause)_cause;
        if (cause == EndCause.None && Options.Deadline is { } deadline && deadline <= DateTime.UtcNow)
        {
            // The server's clock was faster: its reset arrived before our timer fired.
            cause = EndCause.Deadline;
        }

        var status = cause switch
        {
            EndCause.None => FailureStatus.Of(failure),
            EndCause.Deadline => new Status(StatusCode.DeadlineExceeded, "", failure),
            EndCause.Token => new Status(StatusCode.Cancelled, "Call canceled by the client.", failure),
            EndCause.ChannelClosed => new Status(StatusCode.Cancelled, "The channel was disposed.", failure),
            _ => new Status(StatusCode.Cancelled, "The call was disposed.", failure),
        };
        return End(status, null)!;
    }

    /// <summary>Lets go of what a reader may still hold.</summary>
    protected virtual void Release() => _response?.Dispose();

    private static Status OrLackOfMessage(Status status, bool lacksMessage) => lacksMessage && status.StatusCode == StatusCode.OK
        ? new Status(StatusCode.Internal, "The call ended with OK, but without a response message.")
        : status;

    private Exception? End(Status status, HttpHeaders? trailingHeaders)
    {
        TaskCompletionSource<Metadata>? headersAwaited;
        lock (_gate)
        {
            if (_hasEnded)
            {
                return _failure;
            }

            _trailingHeaders = trailingHeaders;
            _failure = status.StatusCode == StatusCode.OK ? null : Failure(status, ReadTrailers());
            _status = status;
            _hasEnded = true;
            headersAwaited = _responseHeadersAwaited;
        }

        _content?.Release();
        _callerRegistration.Unregister();
        _channelRegistration.Unregister();
        _cancellation.Dispose();
        Log.CallEnded(Transport.Logger, Method.FullName, status.StatusCode);
        if (_failure is not null && headersAwaited is not null && headersAwaited.TrySetException(_failure))
        {
            // Whoever asked may have stopped waiting; the call itself reports the failure.
            _ = headersAwaited.Task.Exception;
        }

        return _failure;
    }

    private Exception Failure(Status status, Metadata trailers)
    {
        var failure = new RpcException(status, trailers);
        var isWanted = status.StatusCode == StatusCode.DeadlineExceeded
            || (status.StatusCode == StatusCode.Cancelled && Options.CancellationToken.IsCancellationRequested);
        return isWanted && Transport.ThrowsOperationCanceled
            ? new OperationCanceledException(failure.Message, failure, Options.CancellationToken)
            : failure;
    }

    private TimeSpan? StartDeadline()
    {
        if (Options.Deadline is not { } deadline || deadline == DateTime.MaxValue)
        {
            return null;
        }

        var left = deadline - DateTime.UtcNow;
        if (left <= TimeSpan.Zero)
        {
            _cancellation.Cancel();
            CallToken.ThrowIfCancellationRequested();
        }

        if (left <= DeadlineLimits.LongestTimer)
        {
            _cancellation.CancelAfter(left);
        }

        return left;
    }

    // Few callers look at trailers: they are read from the response when one does.
    private Metadata ReadTrailers() => _trailers ??= _trailingHeaders is null ? [] : ResponseHead.ReadMetadata(_trailingHeaders);

    private bool AsksForPlain() => ((Options.WriteOptions?.Flags ?? default) & WriteFlags.NoCompress) != 0;

    private Task<Metadata> ResponseHeadersAsync()
    {
        lock (_gate)
        {
            if (_responseHeadersAwaited is null)
            {
                _responseHeadersAwaited = new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_response is not null)
                {
                    _responseHeadersAwaited.SetResult(ResponseHead.ReadMetadata(_response.Headers));
                }
                else if (_failure is not null)
                {
                    _responseHeadersAwaited.SetException(_failure);
                }
            }

            return _responseHeadersAwaited.Task;
        }
    }

    private Status GetStatus() => HasEnded
        ? _status
        : throw new InvalidOperationException("The call is still running: it has no status yet.");

    private Metadata GetTrailers() => HasEnded
        ? ReadTrailers()
        : throw new InvalidOperationException("The call is still running: it has no trailers yet.");
}
