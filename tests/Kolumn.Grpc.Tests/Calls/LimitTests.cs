using Google.Protobuf;
using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class LimitTests : CallTest
{
    private static readonly Metadata Compressed = new() { { "grpc-internal-encoding-request", "gzip" } };

    private static ProbeRequest RequestOf(int length) => new() { Payload = ByteString.CopyFrom(new byte[length]) };

    [Theory, CombinatorialKinds(2000, 64 * 1024 * 1024)]
    public async Task Request_OverTheServersLimit_IsResourceExhausted(ServerKind kind, int length)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService(), new ServerSettings { MaxReceiveMessageSize = 1000 });
        var client = server.CreateClient();

        var failure = await FailureOfAsync(async () => await client.EchoAsync(RequestOf(length), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Request_ExactlyAtTheServersLimit_IsAnswered(ServerKind kind)
    {
        var request = RequestOf(1000);
        await using var server = await ProbeServer.StartAsync(
            kind, new ProbeService(), new ServerSettings { MaxReceiveMessageSize = request.CalculateSize() });

        var reply = await server.CreateClient().EchoAsync(request, cancellationToken: TestToken);
        var compressed = await server.CreateClient().EchoAsync(request, Compressed, cancellationToken: TestToken);

        reply.Payload.Length.ShouldBe(1000);
        compressed.Payload.Length.ShouldBe(1000);
    }

    [Theory, CombinatorialKinds]
    public async Task Request_InflatingOverTheServersLimit_IsResourceExhausted(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService(), new ServerSettings { MaxReceiveMessageSize = 100_000 });
        var client = server.CreateClient();

        // 50 MB of zeros are 50 KB of gzip: below the limit on the wire.
        var failure = await FailureOfAsync(async () => await client.EchoAsync(RequestOf(50_000_000), Compressed, cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Reply_OverTheClientsLimit_IsResourceExhausted(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService(), new ServerSettings { MaxReceiveMessageSize = null });
        var client = server.CreateClient(options => options.MaxReceiveMessageSize = 1000);

        var unary = await FailureOfAsync(async () => await client.EchoAsync(RequestOf(10_000_000), cancellationToken: TestToken));
        using var stream = client.Repeat(
            new ProbeRequest { Payload = ByteString.CopyFrom(new byte[2000]), Count = 3 }, cancellationToken: TestToken);
        var streaming = await FailureOfAsync(() => stream.ResponseStream.MoveNext(TestToken));

        unary.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        streaming.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Reply_InflatingOverTheClientsLimit_IsResourceExhausted(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(
            kind, new ProbeService(), new ServerSettings { MaxReceiveMessageSize = null, ResponseCompressionAlgorithm = "gzip" });
        var client = server.CreateClient(options => options.MaxReceiveMessageSize = 100_000);

        var failure = await FailureOfAsync(async () => await client.EchoAsync(RequestOf(50_000_000), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Request_OverTheClientsSendLimit_IsNotSent(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        var client = server.CreateClient(options => options.MaxSendMessageSize = 1000);

        var failure = await FailureOfAsync(async () => await client.EchoAsync(RequestOf(2000), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Reply_OverTheServersSendLimit_IsResourceExhausted(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService(), new ServerSettings { MaxSendMessageSize = 1000 });
        var client = server.CreateClient();

        var unary = await FailureOfAsync(async () => await client.EchoAsync(RequestOf(2000), cancellationToken: TestToken));
        using var stream = client.Repeat(
            new ProbeRequest { Payload = ByteString.CopyFrom(new byte[2000]), Count = 3 }, cancellationToken: TestToken);
        var streaming = await FailureOfAsync(() => stream.ResponseStream.MoveNext(TestToken));

        unary.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        streaming.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds(0, 1, 100_000)]
    public async Task Compression_BothWays_ComesBack(ServerKind kind, int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload.AsSpan(length / 2));
        await using var server = await ProbeServer.StartAsync(
            kind, new ProbeService(), new ServerSettings { ResponseCompressionAlgorithm = "gzip" });
        var client = server.CreateClient();

        var reply = await client.EchoAsync(new ProbeRequest { Payload = ByteString.CopyFrom(payload) }, Compressed, cancellationToken: TestToken);
        using var stream = client.Repeat(
            new ProbeRequest { Payload = ByteString.CopyFrom(payload), Count = 3 }, Compressed, cancellationToken: TestToken);
        var repeated = new List<byte[]>();
        await foreach (var each in stream.ResponseStream.ReadAllAsync(TestToken))
        {
            repeated.Add(each.Payload.ToByteArray());
        }

        reply.Payload.ToByteArray().ShouldBe(payload);
        repeated.ShouldBe([payload, payload, payload]);
    }
}
