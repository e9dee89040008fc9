using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Collects the methods of services from their generated <c>BindService(ServiceBinderBase, TService)</c> and finds the one a
/// request names.
/// </summary>
internal sealed class MethodTable(CallSettings settings) : ServiceBinderBase
{
    private readonly Dictionary<string, MethodHandler> _collected = new(StringComparer.Ordinal);
    private FrozenDictionary<string, MethodHandler>? _byPath;

    public IEnumerable<MethodHandler> Handlers => _collected.Values;

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Add(new UnaryMethodHandler<TRequest, TResponse>(method, Required(method, handler), settings));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(new ServerStreamingMethodHandler<TRequest, TResponse>(method, Required(method, handler), settings));

    /// <exception cref="NotSupportedException">Always: refused where the service is bound, not when the first client calls.</exception>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        throw UnsupportedShape.Of(method);

    /// <exception cref="NotSupportedException">Always: refused where the service is bound, not when the first client calls.</exception>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        throw UnsupportedShape.Of(method);

    /// <summary>Answers a request; one for a method nobody added, with Unimplemented.</summary>
    public Task HandleAsync(IFeatureCollection features)
    {
        var byPath = _byPath ??= _collected.ToFrozenDictionary(StringComparer.Ordinal);
        var path = features.GetRequiredFeature<IHttpRequestFeature>().Path;
        return byPath.TryGetValue(path, out var handler) ? handler.HandleAsync(features) : AnswerUnimplemented(features, path);
    }

    private static THandler Required<THandler>(IMethod method, THandler? handler)
        where THandler : class => handler ?? throw new ArgumentException($"{method.FullName} was bound without an implementation.", nameof(handler));

    private void Add(MethodHandler handler)
    {
        if (!_collected.TryAdd(handler.Method.FullName, handler))
        {
            throw new ArgumentException($"The method {handler.Method.FullName} was added before.", nameof(handler));
        }
    }

    private Task AnswerUnimplemented(IFeatureCollection features, string path)
    {
        if (!RequestHead.Accept(features))
        {
            return Task.CompletedTask;
        }

        var service = path.LastIndexOf('/') is > 0 and var slash ? path[1..slash] : path;
        Log.UnknownMethod(settings.Logger, service, path);
        var detail = _collected.Values.Any(handler => handler.Method.ServiceName == service)
            ? $"Method {path} is unimplemented."
            : $"Service '{service}' is unimplemented.";
        var headers = features.GetRequiredFeature<IHttpResponseFeature>().Headers;
        headers.ContentType = HeaderNames.GrpcContentType;
        headers[HeaderNames.Status] = StatusTrailers.FormatCode(StatusCode.Unimplemented);
        headers[HeaderNames.Message] = PercentEncoding.Encode(detail);
        return Task.CompletedTask;
    }
}
