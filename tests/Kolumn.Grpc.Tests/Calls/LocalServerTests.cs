using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;
using Kolumn.Testing;

namespace Kolumn.Grpc.Tests.Calls;

/// <summary>Life of the provider's server: where it listens, and how it stops.</summary>
public sealed class LocalServerTests : CallTest
{
    [Fact]
    public async Task Start_FirstPortsOfTheRangeTaken_ListensOnTheNext()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var first = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = CreateServer(new LocalEndpoint.Tcp(first, first + 200));

        await server.StartAsync(TestToken);

        var bound = server.BoundEndpoint.ShouldBeOfType<IPEndPoint>();
        bound.Address.ShouldBe(IPAddress.Loopback);
        bound.Port.ShouldBeInRange(first + 1, first + 200);
        using var channel = GrpcChannel.ForAddress($"http://{bound}");
        await ShouldStillAnswerAsync(new Probe.ProbeClient(channel));
    }

    [Fact]
    public async Task Start_WholeRangeTaken_NamesThePort()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = CreateServer(new LocalEndpoint.Tcp(port, port));

        var failure = await Should.ThrowAsync<IOException>(() => server.StartAsync(TestToken));

        failure.Message.ShouldContain($"127.0.0.1:{port}");
        server.BoundEndpoint.ShouldBeNull();
    }

    [Fact]
    public async Task Start_SocketFileLeftBehind_NamesIt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("left.sock", "");
        await using var server = CreateServer(new LocalEndpoint.Unix(path));

        var failure = await Should.ThrowAsync<IOException>(() => server.StartAsync(TestToken));

        failure.Message.ShouldContain(path);
    }

    [Fact]
    public async Task Connection_IdleOverSeveralHeartbeats_StaysOpen()
    {
        await using var server = CreateServer(new LocalEndpoint.Tcp(0, 0));
        await server.StartAsync(TestToken);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.BoundEndpoint!, TestToken);
        byte[] prefaceAndSettings = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];
        await socket.SendAsync(prefaceAndSettings, TestToken);

        // Kestrel looks for idle connections once a second. What must not come is the end of the stream.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestToken);
        limit.CancelAfter(TimeSpan.FromSeconds(3));
        var received = -1;
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            var buffer = new byte[4096];
            do
            {
                received = await socket.ReceiveAsync(buffer, limit.Token);
            }
            while (received > 0);
        });

        received.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Stop_UnixSocket_IsDeleted()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("probe.sock");
        await using var server = CreateServer(new LocalEndpoint.Unix(path));
        await server.StartAsync(TestToken);
        File.Exists(path).ShouldBeTrue();

        await server.StopAsync(TestToken);

        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public async Task Stop_ClientKeepsItsConnectionOpen_IsNotHeldUp()
    {
        await using var server = CreateServer(new LocalEndpoint.Tcp(0, 0));
        await server.StartAsync(TestToken);
        using var channel = GrpcChannel.ForAddress($"http://{server.BoundEndpoint}");
        await ShouldStillAnswerAsync(new Probe.ProbeClient(channel));
        var stopping = Stopwatch.StartNew();

        await server.StopAsync(TestToken).WaitAsync(Limit, TestToken);

        stopping.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        (await FailureOfAsync(async () => await new Probe.ProbeClient(channel).EchoAsync(Request("x"), cancellationToken: TestToken)))
            .StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Stop_CallStillRunning_BreaksItOffAfterTheGrace()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = CreateServer(new LocalEndpoint.Tcp(0, 0), new ProbeService
        {
            OnEcho = async (_, context) =>
            {
                entered.SetResult();
                await UntilCancelledAsync(context.CancellationToken);
                return new ProbeReply();
            },
        });
        await server.StartAsync(TestToken);
        using var channel = GrpcChannel.ForAddress($"http://{server.BoundEndpoint}");
        using var call = new Probe.ProbeClient(channel).EchoAsync(Request("x"), cancellationToken: TestToken);
        await entered.Task.WaitAsync(Limit, TestToken);

        await server.StopAsync(TestToken).WaitAsync(Limit, TestToken);

        (await FailureOfAsync(() => call.ResponseAsync)).StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Cancelled, StatusCode.Internal);
    }

    [Fact]
    public async Task Channel_WhoseServerWasReplaced_ConnectsAgain()
    {
        using var folder = new TemporaryFolder();
        var endpoint = new LocalEndpoint.Unix(folder.File("probe.sock"));
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.Path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            },
            DisposeHttpClient = true,
        });
        for (var generation = 0; generation < 3; generation++)
        {
            await using var server = CreateServer(endpoint);
            await server.StartAsync(TestToken);
            var client = new Probe.ProbeClient(channel);
            try
            {
                await ShouldStillAnswerAsync(client);
            }
            catch (RpcException first) when (first.StatusCode == StatusCode.Unavailable && generation > 0)
            {
                // The call met the old connection before the client had noticed its end; nothing is retried for the caller, so
                // this one call may fail. The next one has to connect anew.
                await ShouldStillAnswerAsync(client);
            }
        }
    }

    [Fact]
    public async Task Stop_Twice_IsHarmless()
    {
        await using var server = CreateServer(new LocalEndpoint.Tcp(0, 0));
        await server.StartAsync(TestToken);

        await server.StopAsync(TestToken);
        await server.StopAsync(TestToken);
    }

    [Fact]
    public void Bind_ServiceWhoseRequestsStream_IsRefusedAtOnce()
    {
        var server = CreateServer(new LocalEndpoint.Tcp(0, 0));

        var failure = Should.Throw<NotSupportedException>(() =>
            server.Bind(binder => RequestStreams.BindService(binder, new StreamingRequests())));

        failure.Message.ShouldBe("/kolumn.grpc.tests.RequestStreams/Collect is a ClientStreaming method. "
            + "This gRPC runtime has unary and server-streaming calls only.");
    }

    [Fact]
    public void Bind_SameServiceTwice_IsRefused()
    {
        var server = CreateServer(new LocalEndpoint.Tcp(0, 0));

        var failure = Should.Throw<ArgumentException>(() => server.Bind(binder => Probe.BindService(binder, new ProbeService())));

        failure.Message.ShouldStartWith("The method /kolumn.grpc.tests.Probe/Echo was added before.");
    }

    private static LocalGrpcServer CreateServer(LocalEndpoint endpoint, ProbeService? service = null) =>
        new LocalGrpcServer(new LocalGrpcServerOptions { Endpoint = endpoint })
            .Bind(binder => Probe.BindService(binder, service ?? new ProbeService()));

    private sealed class StreamingRequests : RequestStreams.RequestStreamsBase;
}
