using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves gRPC services from an ASP.NET application.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves a class derived from a generated service base. Each call gets the instance the container has, or a new one, disposed
    /// after the call.
    /// </summary>
    /// <exception cref="InvalidOperationException">AddGrpc was not called, or the class derives from no generated service base.</exception>
    /// <exception cref="NotSupportedException">A method of the service streams requests.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods)] TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var hosted = builder.ServiceProvider.GetService<HostedCallSettings>()
            ?? throw new InvalidOperationException("gRPC is not set up. Call services.AddGrpc() where the application's services are added.");
        var methods = new MethodTable(hosted.Settings);
        HostedService<TService>.Bind(methods);

        var endpoints = methods.Handlers
            .Select(handler => builder.MapPost(handler.Method.FullName, (RequestDelegate)(http => Answer(http, handler.HandleAsync))))
            .ToList<IEndpointConventionBuilder>();
        foreach (var service in methods.Handlers.Select(handler => handler.Method.ServiceName).Distinct())
        {
            // A method the service does not have is answered by gRPC, not with 404.
            endpoints.Add(builder.MapPost($"/{service}/{{method}}", (RequestDelegate)(http => Answer(http, methods.HandleAsync))));
        }

        return new GrpcServiceEndpointConventionBuilder(endpoints);
    }

    private static Task Answer(HttpContext http, Func<IFeatureCollection, Task> answer)
    {
        // The feature in which the call finds the request's services exists once they were asked for.
        _ = http.RequestServices;
        return answer(http.Features);
    }
}
