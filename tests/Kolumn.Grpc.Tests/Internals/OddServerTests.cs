using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Kolumn.Grpc.Tests.Internals;

/// <summary>The client against answers no proper server gives, written by hand. After each the client still makes calls.</summary>
public sealed class OddServerTests : CallTest
{
    // An empty ProbeReply: a whole message of no bytes.
    private static readonly byte[] EmptyReply = [0, 0, 0, 0, 0];

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(418, StatusCode.Unknown)]
    [InlineData(503, StatusCode.Unavailable)]
    public async Task HttpStatus_InsteadOfGrpc_IsMapped(int httpStatus, StatusCode expected)
    {
        var (unary, streaming) = await CallAsync(http =>
        {
            http.Response.StatusCode = httpStatus;
            return Task.CompletedTask;
        });

        unary!.StatusCode.ShouldBe(expected);
        streaming!.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task TrailersOnly_WithTextAndMetadata_IsUnderstood()
    {
        var (unary, streaming) = await CallAsync(http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-status"] = "9";
            http.Response.Headers["grpc-message"] = "gr%C3%B6%C3%9fe %zz";
            http.Response.Headers["probe"] = "text";
            return Task.CompletedTask;
        });

        foreach (var failure in new[] { unary!, streaming! })
        {
            failure.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
            failure.Status.Detail.ShouldBe("größe %zz");
            failure.Trailers.GetValue("probe").ShouldBe("text");
        }
    }

    [Fact]
    public async Task ContentType_OfAWebPage_IsNamed()
    {
        var (unary, _) = await CallAsync(async http =>
        {
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync("<html>", TestToken);
        });

        unary!.StatusCode.ShouldBe(StatusCode.Unknown);
        unary.Status.Detail.ShouldBe("The server answered with content type 'text/html' instead of gRPC.");
    }

    [Fact]
    public async Task Trailers_Missing_AreUnknown()
    {
        var (unary, streaming) = await CallAsync(http => AnswerAsync(http, EmptyReply, null));

        unary!.StatusCode.ShouldBe(StatusCode.Unknown);
        streaming!.StatusCode.ShouldBe(StatusCode.Unknown);
    }

    [Theory]
    [InlineData("77")]
    [InlineData("many")]
    public async Task Status_ThatDoesNotExist_IsUnknown(string status)
    {
        var (unary, _) = await CallAsync(http => AnswerAsync(http, EmptyReply, status));

        unary!.StatusCode.ShouldBe(StatusCode.Unknown);
        unary.Status.Detail.ShouldBe($"The peer sent the unknown status '{status}'.");
    }

    [Theory]
    [InlineData("", "without a response message")]
    [InlineData("00000000000000000000", "goes on after its only message")]
    [InlineData("000000000500", "ended in the middle of a message")]
    [InlineData("000000", "ended in the middle of a message")]
    [InlineData("0900000000", "flag 9")]
    [InlineData("0100000003616263", "no encoding was named")]
    [InlineData("0000000003FFFFFF", "is not a ProbeReply")]
    public async Task Body_ThatIsNotOneMessage_IsInternal(string hex, string detail)
    {
        var (unary, _) = await CallAsync(http => AnswerAsync(http, Convert.FromHexString(hex), "0"));

        unary!.StatusCode.ShouldBe(StatusCode.Internal);
        unary.Status.Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task Encoding_NobodyAskedFor_IsInternal()
    {
        var (unary, streaming) = await CallAsync(http =>
        {
            http.Response.Headers["grpc-encoding"] = "br";
            return AnswerAsync(http, [1, 0, 0, 0, 1, 0], "0");
        });

        unary!.StatusCode.ShouldBe(StatusCode.Internal);
        streaming!.StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Body_ByteByByte_IsRead()
    {
        var (unary, streaming) = await CallAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            foreach (var part in (byte[])[0, 0, 0, 0, 2, 16, 42])
            {
                await http.Response.Body.WriteAsync(new[] { part }, TestToken);
                await http.Response.Body.FlushAsync(TestToken);
            }

            http.Response.AppendTrailer("grpc-status", "0");
        });

        unary.ShouldBeNull();
        streaming.ShouldBeNull();
    }

    [Theory]
    [InlineData(2, StatusCode.Internal)]
    [InlineData(7, StatusCode.Unavailable)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    public async Task Stream_ResetInTheMiddle_IsMapped(int errorCode, StatusCode expected)
    {
        var (unary, streaming) = await CallAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0 }, TestToken);
            await http.Response.Body.FlushAsync(TestToken);
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
        });

        unary!.StatusCode.ShouldBe(expected);
        streaming!.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Connection_BrokenInTheMiddle_IsUnavailable()
    {
        var (unary, streaming) = await CallAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0 }, TestToken);
            await http.Response.Body.FlushAsync(TestToken);
            http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Close(0);
        });

        unary!.StatusCode.ShouldBe(StatusCode.Unavailable);
        streaming!.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    private static async Task AnswerAsync(HttpContext http, byte[] body, string? status)
    {
        http.Response.ContentType = "application/grpc";
        await http.Response.StartAsync(TestToken);
        await http.Response.Body.WriteAsync(body, TestToken);
        if (status is not null)
        {
            http.Response.AppendTrailer("grpc-status", status);
        }
    }

    // What a unary and a streaming call make of the answer; then the same channel must carry a proper call.
    private static async Task<(RpcException? Unary, RpcException? Streaming)> CallAsync(RequestDelegate answer)
    {
        var isProper = false;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var server = builder.Build();
        server.MapPost("/{service}/{method}", (RequestDelegate)(async http =>
        {
            // To its end, or Kestrel adds a reset of its own behind the answer.
            await http.Request.Body.CopyToAsync(Stream.Null, TestToken);
            await (isProper ? AnswerAsync(http, EmptyReply, "0") : answer(http));
        }));
        await server.StartAsync(TestToken);
        using var channel = GrpcChannel.ForAddress(server.Urls.Single());
        var client = new Probe.ProbeClient(channel);

        var unary = await Record.ExceptionAsync(async () =>
            await client.EchoAsync(Request("x"), cancellationToken: TestToken).ResponseAsync.WaitAsync(Limit, TestToken));
        var streaming = await Record.ExceptionAsync(async () =>
        {
            using var call = client.Repeat(Request("x"), cancellationToken: TestToken);
            await foreach (var reply in call.ResponseStream.ReadAllAsync(TestToken))
            {
                reply.ShouldNotBeNull();
            }
        });

        isProper = true;
        (await client.EchoAsync(Request("x"), cancellationToken: TestToken).ResponseAsync.WaitAsync(Limit, TestToken)).ShouldNotBeNull();
        (unary is null or RpcException).ShouldBeTrue($"{unary}");
        (streaming is null or RpcException).ShouldBeTrue($"{streaming}");
        return ((RpcException?)unary, (RpcException?)streaming);
    }
}
