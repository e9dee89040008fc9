using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Protos;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Kolumn.Grpc.Tests.Internals;

/// <summary>Streams of requests: their stubs compile, their calls are refused where they are started or bound.</summary>
public sealed class UnsupportedShapeTests
{
    private const string OnlyShapes = "This gRPC runtime has unary and server-streaming calls only.";

    [Fact]
    public void Client_StartingACallWhoseRequestsStream_IsRefused()
    {
        using var channel = GrpcChannel.ForAddress("http://localhost:1");
        var client = new RequestStreams.RequestStreamsClient(channel);

        Should.Throw<NotSupportedException>(() => { client.Collect(cancellationToken: TestContext.Current.CancellationToken); })
            .Message.ShouldBe($"/kolumn.grpc.tests.RequestStreams/Collect is a ClientStreaming method. {OnlyShapes}");
        Should.Throw<NotSupportedException>(() => { client.Converse(cancellationToken: TestContext.Current.CancellationToken); })
            .Message.ShouldBe($"/kolumn.grpc.tests.RequestStreams/Converse is a DuplexStreaming method. {OnlyShapes}");
    }

    [Fact]
    public async Task MapGrpcService_WhoseRequestsStream_IsRefused()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        await using var application = builder.Build();

        Should.Throw<NotSupportedException>(() => application.MapGrpcService<StreamingRequests>()).Message.ShouldEndWith(OnlyShapes);
    }

    [Fact]
    public async Task MapGrpcService_OfNoGeneratedBase_IsRefused()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        await using var application = builder.Build();

        Should.Throw<InvalidOperationException>(() => application.MapGrpcService<UnsupportedShapeTests>())
            .Message.ShouldBe("UnsupportedShapeTests does not derive from a service base that Grpc.Tools generated.");
    }

    [Fact]
    public async Task MapGrpcService_WithoutAddGrpc_SaysWhatToCall()
    {
        await using var application = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => application.MapGrpcService<StreamingRequests>()).Message.ShouldContain("AddGrpc()");
    }

    private sealed class StreamingRequests : RequestStreams.RequestStreamsBase;
}
