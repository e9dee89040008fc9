using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Binds a service class whose instances come from the application's container, one per call: the generated code lists the methods,
/// the class's own method of that name answers.
/// </summary>
internal static class HostedService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods)] TService>
    where TService : class
{
    private static readonly ObjectFactory<TService> Create = ActivatorUtilities.CreateFactory<TService>([]);

    /// <exception cref="InvalidOperationException">The class derives from no generated service base.</exception>
    public static void Bind(MethodTable methods)
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute
                && attribute.BindType.GetMethod(attribute.BindMethodName, [typeof(ServiceBinderBase), type]) is { } bindService)
            {
                bindService.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [new MethodLister(methods), null], null);
                return;
            }
        }

        throw new InvalidOperationException($"{typeof(TService).Name} does not derive from a service base that Grpc.Tools generated.");
    }

    private static async Task<TResult> WithInstanceAsync<TMethod, TResult>(
        ServerCallContext context, TMethod method, Func<TService, TMethod, Task<TResult>> invoke)
    {
        var services = ((ServerCall)context).Features.GetRequiredFeature<IServiceProvidersFeature>().RequestServices;
        if (services.GetService<TService>() is { } registered)
        {
            return await invoke(registered, method);
        }

        var created = Create(services, []);
        try
        {
            return await invoke(created, method);
        }
        finally
        {
            switch (created)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }

    private sealed class MethodLister(MethodTable methods) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            var answer = Find<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(
                method, typeof(TRequest), typeof(ServerCallContext));
            methods.AddMethod(method, new UnaryServerMethod<TRequest, TResponse>((request, context) =>
                WithInstanceAsync(context, answer, (service, invoke) => invoke(service, request, context))));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var answer = Find<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            methods.AddMethod(method, new ServerStreamingServerMethod<TRequest, TResponse>((request, responses, context) =>
                WithInstanceAsync(context, answer, async (service, invoke) =>
                {
                    await invoke(service, request, responses, context);
                    return true;
                })));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            methods.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            methods.AddMethod(method, handler);

        private static TDelegate Find<TDelegate>(IMethod method, params Type[] parameters)
            where TDelegate : Delegate =>
            (typeof(TService).GetMethod(method.Name, parameters)
                ?? throw new InvalidOperationException($"{typeof(TService).Name} has no method {method.Name} for {method.FullName}."))
            .CreateDelegate<TDelegate>();
    }
}
