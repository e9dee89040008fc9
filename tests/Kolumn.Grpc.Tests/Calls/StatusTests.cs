using Grpc.Core;
using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class StatusTests : CallTest
{
    [Theory, CombinatorialKinds(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)]
    public async Task Refusal_WithAnyCode_ArrivesAsIs(ServerKind kind, int code)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (request, _) => request.Payload.ToStringUtf8() == "refuse"
                ? throw new RpcException(new Status((StatusCode)code, $"code {code}"))
                : Task.FromResult(new ProbeReply { Payload = request.Payload }),
        });
        var client = server.CreateClient();

        var failure = await FailureOfAsync(async () => await client.EchoAsync(Request("refuse"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe((StatusCode)code);
        failure.Status.Detail.ShouldBe($"code {code}");
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds("", "plain", "Tabelle „größe“ fehlt: 100 %", "two\nlines\r\n", "%41%", "😀 \0 end", " spaces ")]
    public async Task Refusal_WithAnyText_ArrivesAsIs(ServerKind kind, string detail)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, detail)),
        });

        var failure = await FailureOfAsync(async () => await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.Status.Detail.ShouldBe(detail);
    }

    [Theory, CombinatorialKinds]
    public async Task StatusOfTheContext_SetWithoutAnException_EndsTheCall(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (request, context) =>
            {
                context.Status = new Status(StatusCode.FailedPrecondition, "not configured");
                return Task.FromResult(new ProbeReply { Payload = request.Payload });
            },
        });

        var failure = await FailureOfAsync(async () => await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        failure.Status.Detail.ShouldBe("not configured");
    }

    [Theory, CombinatorialKinds]
    public async Task ExceptionOfTheService_WithoutDetailedErrors_KeepsItsText(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, _) => throw new InvalidDataException("password=hunter2"),
        });
        server.Log.Expect("hunter2");
        var client = server.CreateClient();

        var failure = await FailureOfAsync(async () => await client.EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.Unknown);
        failure.Status.Detail.ShouldBe("Exception was thrown by handler.");
    }

    [Theory, CombinatorialKinds]
    public async Task ExceptionOfTheService_WithDetailedErrors_TellsItsText(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(
            kind,
            new ProbeService { OnEcho = (_, _) => throw new InvalidDataException("row 7 is odd") },
            new ServerSettings { EnableDetailedErrors = true });
        server.Log.Expect("row 7 is odd");

        var failure = await FailureOfAsync(async () => await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.Unknown);
        failure.Status.Detail.ShouldBe("Exception was thrown by handler. InvalidDataException: row 7 is odd");
    }

    [Theory, CombinatorialKinds]
    public async Task Reply_Missing_IsCancelled(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService { OnEcho = (_, _) => Task.FromResult<ProbeReply>(null!) });

        var failure = await FailureOfAsync(async () => await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.Cancelled);
        failure.Status.Detail.ShouldBe("No message returned from method.");
    }

    [Theory, CombinatorialKinds("kolumn.grpc.tests.Probe", "kolumn.grpc.tests.Nobody")]
    public async Task Method_NotServed_IsUnimplemented(ServerKind kind, string service)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        var channel = server.CreateChannel();
        var unknown = new Method<string, string>(
            MethodType.Unary, service, "Missing", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        var failure = await FailureOfAsync(async () =>
            await channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, new CallOptions(cancellationToken: TestToken), "x"));

        failure.StatusCode.ShouldBe(StatusCode.Unimplemented);
        await ShouldStillAnswerAsync(new Probe.ProbeClient(channel));
    }

    [Theory, CombinatorialKinds]
    public async Task Server_Gone_IsUnavailable(ServerKind kind)
    {
        GrpcChannel channel;
        await using (var server = await ProbeServer.StartAsync(kind, new ProbeService()))
        {
            channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
            {
                HttpHandler = server.CreateHandler(TestCertificates.Client, TestCertificates.Server),
                DisposeHttpClient = true,
            });
            await ShouldStillAnswerAsync(new Probe.ProbeClient(channel));
        }

        using (channel)
        {
            var failure = await FailureOfAsync(async () => await new Probe.ProbeClient(channel).EchoAsync(Request("x"), cancellationToken: TestToken));
            failure.StatusCode.ShouldBe(StatusCode.Unavailable, failure.ToString());
        }
    }
}
