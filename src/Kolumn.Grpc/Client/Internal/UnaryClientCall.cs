using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>One request, one response.</summary>
internal sealed class UnaryClientCall<TRequest, TResponse>(
    ChannelTransport transport, Method<TRequest, TResponse> method, CallOptions options)
    : ClientCall(transport, method, options)
    where TRequest : class
    where TResponse : class
{
    /// <summary>
    /// The whole call:
    /// <list type="number">
    /// <item>send the request, wait for the response's headers;</item>
    /// <item>a response that ends with them tells its status there;</item>
    /// <item>read the only message, and on to the end of the body: only there do the trailers exist;</item>
    /// <item>the trailers tell the status.</item>
    /// </list>
    /// </summary>
    public async Task<TResponse> InvokeAsync(TRequest request)
    {
        TResponse? message = null;
        Exception? failure;
        try
        {
            // 1.
            using var response = await SendAsync(request, method.RequestMarshaller).ConfigureAwait(false);
            Accept(response);
            if (ResponseHead.StatusOf(response) is { } status)
            {
                // 2.
                failure = EndFromHeaders(status, response, lacksMessage: true);
            }
            else
            {
                // 3.
                message = await ReadMessageAsync(response).ConfigureAwait(false);

                // 4.
                failure = EndFromTrailers(response, lacksMessage: message is null);
            }
        }
        catch (Exception cause)
        {
            failure = EndFromFailure(cause);
        }

        return failure is null ? message! : throw failure;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResponse?> ReadMessageAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStreamAsync(CallToken).ConfigureAwait(false);
        using var messages = new ResponseMessages(body, ResponseHead.Encoding(response), Transport.MaxReceiveMessageSize);
        TResponse? message = null;
        while (await messages.FillAsync(CallToken).ConfigureAwait(false))
        {
            if (message is null)
            {
                messages.TryTake(method.ResponseMarshaller, out message);
            }

            if (message is not null && messages.HasRest)
            {
                throw WireException.Malformed("The response goes on after its only message.");
            }
        }

        return messages.HasRest ? throw WireException.Malformed("The response ended in the middle of a message.") : message;
    }
}
