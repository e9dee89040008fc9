using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// The response of one call. It ends exactly once, by the service's outcome or by the deadline, whichever is first; whoever is
/// second changes nothing.
/// </summary>
internal sealed class ServerResponse
{
    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly PipeWriter _body;
    private readonly ResponseMessageWriter _messages;
    private readonly CallSettings _settings;
    private readonly string _method;

    // Guards the four fields below: the deadline fires on another thread than the service runs on.
    private readonly Lock _gate = new();
    private TaskCompletionSource? _deadlineEnd;
    private bool _ended;
    private bool _writing;
    private bool _deadlinePassed;

    private bool _headersPrepared;
    private bool _headersSent;
    private bool _compress;

    public ServerResponse(IFeatureCollection features, string method, CallSettings settings)
    {
        _features = features;
        _method = method;
        _settings = settings;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        _messages = new ResponseMessageWriter(_body, settings.MaxSendMessageSize, settings.CompressionLevel);
        _response.Headers.ContentType = HeaderNames.GrpcContentType;
    }

    /// <summary>Tells the client which encodings it may use, after it used another (doc/compression.md).</summary>
    public void NameAcceptedEncodings() => _response.Headers.GrpcAcceptEncoding = HeaderNames.AcceptedEncodings;

    /// <summary>Writes the response of a unary call; it travels together with headers and trailers.</summary>
    public void WriteOnlyMessage<TResponse>(TResponse message, Marshaller<TResponse> marshaller, WriteFlags flags)
    {
        if (TryBeginWrite())
        {
            try
            {
                WriteMessage(message, marshaller, flags);
            }
            finally
            {
                EndWrite();
            }
        }
    }

    /// <summary>Writes one of many responses and waits until the peer's window takes more.</summary>
    /// <exception cref="InvalidOperationException">The call has ended, or another write is still running.</exception>
    /// <exception cref="OperationCanceledException">The client is gone, or a token was cancelled.</exception>
    public async Task WriteStreamMessageAsync<TResponse>(
        TResponse message, Marshaller<TResponse> marshaller, WriteFlags flags, CancellationToken deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BeginWrite();
        try
        {
            WriteMessage(message, marshaller, flags);
            if ((flags & WriteFlags.BufferHint) == 0)
            {
                await FlushAsync(deadline, cancellationToken);
            }
        }
        finally
        {
            EndWrite();
        }
    }

    /// <exception cref="InvalidOperationException">They were sent before, or the call has ended.</exception>
    public async Task WriteHeadersAsync(Metadata headers, CancellationToken deadline)
    {
        BeginWrite();
        try
        {
            if (_headersSent)
            {
                throw new InvalidOperationException("The response headers were sent before.");
            }

            PrepareHeaders(headers);
            _headersSent = true;
            await FlushAsync(deadline, CancellationToken.None);
        }
        finally
        {
            EndWrite();
        }
    }

    /// <summary>Ends the response with the service's outcome.</summary>
    public void End(Status status, Metadata? trailers)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        WriteEnd(status, trailers);
    }

    /// <summary>
    /// Ends the response at once, whether or not the service heeds its token; a write in progress ends it when it is done. False
    /// when it has ended before.
    /// </summary>
    public bool TryEndByDeadline()
    {
        bool endHere;
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _deadlinePassed = true;
            _deadlineEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            endHere = !_writing;
            _ended = endHere;
        }

        if (endHere)
        {
            _ = EndByDeadlineAsync();
        }

        return true;
    }

    /// <summary>Completes when an end by the deadline is done: until then the request's features are in use.</summary>
    public Task WaitForDeadlineEndAsync() => _deadlineEnd?.Task ?? Task.CompletedTask;

    private void WriteMessage<TResponse>(TResponse message, Marshaller<TResponse> marshaller, WriteFlags flags)
    {
        PrepareHeaders(null);
        _messages.Write(message, marshaller, _compress && (flags & WriteFlags.NoCompress) == 0);
        _headersSent = true;
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

    // Kestrel gives up the wait for the window when the token fires; the bytes stay queued.
    private async Task FlushAsync(CancellationToken deadline, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled || !deadline.CanBeCanceled)
        {
            await _body.FlushAsync(cancellationToken.CanBeCanceled ? cancellationToken : deadline);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        await _body.FlushAsync(either.Token);
    }

    private void BeginWrite()
    {
        if (!TryBeginWrite())
        {
            throw new InvalidOperationException("Nothing more can be written: the call has ended.");
        }

        // Kestrel swallows what is written to a client that is gone: a service that never looks at its token would write for ever.
        var clientIsGone = _features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        if (clientIsGone.IsCancellationRequested)
        {
            EndWrite();
            throw new OperationCanceledException("The client is gone.", clientIsGone);
        }
    }

    private bool TryBeginWrite()
    {
        lock (_gate)
        {
            if (_writing)
            {
                throw new InvalidOperationException("Nothing can be written yet: the write before has not finished.");
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
        _ = EndByDeadlineAsync();
    }

    private async Task EndByDeadlineAsync()
    {
        try
        {
            // Without trailers: the service may be adding to them right now.
            WriteEnd(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"), null);
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

    private void WriteEnd(Status status, Metadata? trailers)
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
            CallHeaders.Write(trailers, destination);
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
