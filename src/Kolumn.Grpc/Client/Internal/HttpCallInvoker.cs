using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Starts calls on a channel. Calls whose requests stream are refused where they are started.</summary>
internal sealed class HttpCallInvoker(ChannelTransport transport) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        transport.ThrowIfClosed();
        var call = new UnaryClientCall<TRequest, TResponse>(transport, method, options);
        return new AsyncUnaryCall<TResponse>(
            call.InvokeAsync(request),
            ClientCall.ResponseHeadersOf,
            ClientCall.StatusOf,
            ClientCall.TrailersOf,
            ClientCall.DisposeOf,
            call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        transport.ThrowIfClosed();
        var call = new ServerStreamingClientCall<TRequest, TResponse>(transport, method, options);
        call.Start(request);
        return new AsyncServerStreamingCall<TResponse>(
            call,
            ClientCall.ResponseHeadersOf,
            ClientCall.StatusOf,
            ClientCall.TrailersOf,
            ClientCall.DisposeOf,
            call);
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw UnsupportedShape.Of(method);

    /// <exception cref="NotSupportedException">Always.</exception>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw UnsupportedShape.Of(method);
}
