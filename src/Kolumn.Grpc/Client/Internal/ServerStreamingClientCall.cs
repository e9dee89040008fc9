using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>One request, any number of responses, read one after another.</summary>
internal sealed class ServerStreamingClientCall<TRequest, TResponse>(
    ChannelTransport transport, Method<TRequest, TResponse> method, CallOptions options)
    : ClientCall(transport, method, options), IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private static readonly Task<bool> True = Task.FromResult(true);

    // Guards the two flags: disposing must not take the buffer from under a read, so a running read releases it when it is done.
    private readonly Lock _gate = new();
    private bool _isReading;
    private bool _isReleased;

    private Task<HttpResponseMessage?>? _starting;
    private HttpResponseMessage? _response;
    private ResponseMessages? _messages;
    private TResponse? _current;

    public TResponse Current => _current ?? throw new InvalidOperationException("There is no current message: call MoveNext first.");

    /// <summary>Sends the request; the first read waits for the response.</summary>
    public void Start(TRequest request) => _starting = StartAsync(request);

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        BeginRead();
        try
        {
            if (!HasEnded && !cancellationToken.IsCancellationRequested
                && _messages is not null && _messages.TryTake(method.ResponseMarshaller, out var message))
            {
                _current = message;
                EndRead();
                return True;
            }
        }
        catch (Exception failure)
        {
            var end = EndFromFailure(failure);
            Release();
            EndRead();
            return Task.FromException<bool>(end);
        }

        return ReadAsync(cancellationToken);
    }

    /// <summary>Lets go of the response; a body that was not read to its end resets its stream, which tells the server.</summary>
    protected override void Release()
    {
        lock (_gate)
        {
            _isReleased = true;
            if (_isReading)
            {
                return;
            }
        }

        if (!HasEnded)
        {
            EndFromFailure(new OperationCanceledException());
        }

        ReleaseResponse();
    }

    private async Task<HttpResponseMessage?> StartAsync(TRequest request)
    {
        try
        {
            var response = await SendAsync(request, method.RequestMarshaller).ConfigureAwait(false);
            Accept(response);
            if (HasEnded)
            {
                // Disposed while the response was on its way: nobody else would reset its stream.
                response.Dispose();
            }

            return response;
        }
        catch (Exception failure)
        {
            EndFromFailure(failure);
            return null;
        }
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        // Giving up one read gives up the call: there is no way to take a message back.
        var registration = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(EndCause.Token), this);
        try
        {
            if (await OpenAsync().ConfigureAwait(false))
            {
                do
                {
                    if (_messages!.TryTake(method.ResponseMarshaller, out var message))
                    {
                        _current = message;
                        return true;
                    }
                }
                while (await _messages.FillAsync(CallToken).ConfigureAwait(false));

                if (_messages.HasRest)
                {
                    throw WireException.Malformed("The response ended in the middle of a message.");
                }

                EndFromTrailers(_response!, lacksMessage: false);
            }
        }
        catch (Exception failure)
        {
            EndFromFailure(failure);
        }
        finally
        {
            registration.Unregister();
            EndRead();
        }

        ReleaseResponse();
        _current = null;
        return EndFailure is null ? false : throw EndFailure;
    }

    // True when there is a body to read from; false when the call has ended.
    private async ValueTask<bool> OpenAsync()
    {
        if (_messages is not null || HasEnded)
        {
            return !HasEnded;
        }

        _response = await _starting!.ConfigureAwait(false);
        if (_response is null)
        {
            return false;
        }

        if (ResponseHead.StatusOf(_response) is { } status)
        {
            EndFromHeaders(status, _response, lacksMessage: false);
            return false;
        }

        var body = await _response.Content.ReadAsStreamAsync(CallToken).ConfigureAwait(false);
        _messages = new ResponseMessages(body, ResponseHead.Encoding(_response), Transport.MaxReceiveMessageSize);
        return true;
    }

    private void BeginRead()
    {
        lock (_gate)
        {
            if (_isReading)
            {
                throw new InvalidOperationException("The next message cannot be read: the read before it has not finished.");
            }

            _isReading = true;
        }
    }

    private void EndRead()
    {
        lock (_gate)
        {
            _isReading = false;
            if (!_isReleased)
            {
                return;
            }
        }

        ReleaseResponse();
    }

    private void ReleaseResponse()
    {
        _messages?.Dispose();
        base.Release();
    }
}
