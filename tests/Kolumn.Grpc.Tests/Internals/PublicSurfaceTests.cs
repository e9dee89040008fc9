using Grpc.Core;

namespace Kolumn.Grpc.Tests.Internals;

/// <summary>
/// What the assembly shows to others, type by type: each name is one of Grpc.Core.Api, Grpc.Net.Common, Grpc.Net.Client or
/// Grpc.AspNetCore.Server, so that the official packages can take its place. A new line here needs the same proof.
/// </summary>
public sealed class PublicSurfaceTests
{
    private static readonly string[] OfficialTypes =
    [
        "Grpc.AspNetCore.Server.GrpcServiceOptions",
        "Grpc.AspNetCore.Server.IGrpcServerBuilder",
        "Grpc.Core.AsyncClientStreamingCall`2",
        "Grpc.Core.AsyncDuplexStreamingCall`2",
        "Grpc.Core.AsyncServerStreamingCall`1",
        "Grpc.Core.AsyncStreamReaderExtensions",
        "Grpc.Core.AsyncUnaryCall`1",
        "Grpc.Core.AuthContext",
        "Grpc.Core.AuthProperty",
        "Grpc.Core.BindServiceMethodAttribute",
        "Grpc.Core.CallCredentials",
        "Grpc.Core.CallInvoker",
        "Grpc.Core.CallOptions",
        "Grpc.Core.ChannelBase",
        "Grpc.Core.ClientBase",
        "Grpc.Core.ClientBase`1",
        "Grpc.Core.ClientStreamingServerMethod`2",
        "Grpc.Core.ContextPropagationOptions",
        "Grpc.Core.ContextPropagationToken",
        "Grpc.Core.DeserializationContext",
        "Grpc.Core.DuplexStreamingServerMethod`2",
        "Grpc.Core.IAsyncStreamReader`1",
        "Grpc.Core.IAsyncStreamWriter`1",
        "Grpc.Core.IClientStreamWriter`1",
        "Grpc.Core.IMethod",
        "Grpc.Core.IServerStreamWriter`1",
        "Grpc.Core.Marshaller`1",
        "Grpc.Core.Marshallers",
        "Grpc.Core.Metadata",
        "Grpc.Core.Metadata+Entry",
        "Grpc.Core.MethodType",
        "Grpc.Core.Method`2",
        "Grpc.Core.RpcException",
        "Grpc.Core.SerializationContext",
        "Grpc.Core.ServerCallContext",
        "Grpc.Core.ServerServiceDefinition",
        "Grpc.Core.ServerServiceDefinition+Builder",
        "Grpc.Core.ServerStreamingServerMethod`2",
        "Grpc.Core.ServiceBinderBase",
        "Grpc.Core.Status",
        "Grpc.Core.StatusCode",
        "Grpc.Core.UnaryServerMethod`2",
        "Grpc.Core.WriteFlags",
        "Grpc.Core.WriteOptions",
        "Grpc.Net.Client.GrpcChannel",
        "Grpc.Net.Client.GrpcChannelOptions",
        "Microsoft.AspNetCore.Builder.GrpcEndpointRouteBuilderExtensions",
        "Microsoft.AspNetCore.Builder.GrpcServiceEndpointConventionBuilder",
        "Microsoft.Extensions.DependencyInjection.GrpcServicesExtensions",
    ];

    [Fact]
    public void Assembly_Exports_OnlyWhatTheOfficialPackagesHave() =>
        typeof(Status).Assembly.GetExportedTypes().Select(type => type.FullName!).Order(StringComparer.Ordinal)
            .ShouldBe(OfficialTypes.Order(StringComparer.Ordinal));
}
