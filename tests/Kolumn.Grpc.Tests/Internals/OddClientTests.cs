using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Internals;

/// <summary>The server against requests no proper client sends, written by hand. After each the server still answers.</summary>
public sealed class OddClientTests : CallTest
{
    [Theory, CombinatorialKinds("application/grpc", "application/grpc+proto", "application/grpc; charset=utf-8", "APPLICATION/GRPC")]
    public async Task ContentType_OfGrpc_IsAnswered(ServerKind kind, string contentType)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());

        var answer = await SendAsync(server, Frame(Request("x")), contentType: contentType);

        answer.Status.ShouldBe("0");
        answer.Body.ShouldBe(Frame(new ProbeReply { Payload = ByteString.CopyFromUtf8("x") }));
    }

    [Theory, CombinatorialKinds("application/json", "application/grpc-web", "application/grpcx", "text/plain")]
    public async Task ContentType_OfAnythingElse_IsUnsupportedMediaType(ServerKind kind, string contentType)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());

        var answer = await SendAsync(server, Frame(Request("x")), contentType: contentType);

        answer.HttpStatus.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        await ShouldStillAnswerAsync(server.CreateClient());
    }

    [Theory]
    [InlineData("", StatusCode.Internal)]
    [InlineData("00", StatusCode.Internal)]
    [InlineData("0000000005010203", StatusCode.Internal)]
    [InlineData("0200000000", StatusCode.Internal)]
    [InlineData("0100000003616263", StatusCode.Internal)]
    [InlineData("00000000000000000000", StatusCode.Internal)]
    [InlineData("000000000000", StatusCode.Internal)]
    [InlineData("0000000003FFFFFF", StatusCode.Internal)]
    [InlineData("00FFFFFFFF", StatusCode.ResourceExhausted)]
    [InlineData("007FFFFFFF", StatusCode.ResourceExhausted)]
    public async Task Body_ThatIsNotOneMessage_IsRefused(string hex, StatusCode expected)
    {
        foreach (var kind in new[] { ServerKind.Hosted, ServerKind.LocalTcp })
        {
            await using var server = await ProbeServer.StartAsync(kind, new ProbeService());

            var answer = await SendAsync(server, Convert.FromHexString(hex));

            answer.Status.ShouldBe(((int)expected).ToString(CultureInfo.InvariantCulture));
            answer.StatusIsInHeaders.ShouldBeTrue();
            answer.Body.ShouldBeEmpty();
            await ShouldStillAnswerAsync(server.CreateClient());
        }
    }

    [Theory, CombinatorialKinds]
    public async Task Encoding_Unknown_IsUnimplementedAndNamesTheKnown(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());

        var answer = await SendAsync(server, Frame(Request("x")), ("grpc-encoding", "br"));

        answer.Status.ShouldBe("12");
        answer.Headers.GetValues("grpc-accept-encoding").ShouldBe(["identity,gzip"]);
        await ShouldStillAnswerAsync(server.CreateClient());
    }

    [Theory, CombinatorialKinds("", "5", "S", "1s", "123456789m", "-1S")]
    public async Task Timeout_Malformed_IsInternal(ServerKind kind, string timeout)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());

        var answer = await SendAsync(server, Frame(Request("x")), ("grpc-timeout", timeout));

        answer.Status.ShouldBe("13");
        await ShouldStillAnswerAsync(server.CreateClient());
    }

    [Theory, CombinatorialKinds]
    public async Task Timeout_PassedWhileTheServiceIgnoresIt_IsAnsweredByTheServer(ServerKind kind)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (request, _) =>
            {
                if (request.Payload.ToStringUtf8() == "wait")
                {
                    await release.Task.WaitAsync(Limit);
                }

                return new ProbeReply { Payload = request.Payload };
            },
        });

        // This client has no clock of its own: only the server ends the call, and its service still runs.
        var answer = await SendAsync(server, Frame(Request("wait")), ("grpc-timeout", "100m"));

        answer.Status.ShouldBe("4");
        release.Task.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await ShouldStillAnswerAsync(server.CreateClient());
    }

    [Theory, CombinatorialKinds]
    public async Task Timeout_PassedBeforeTheRequestCame_IsAnsweredByTheServer(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var answer = await SendAsync(server, new WithheldContent(never.Task), ("grpc-timeout", "100m"));

        answer.Status.ShouldBe("4");
        never.SetResult();
        await ShouldStillAnswerAsync(server.CreateClient());
    }

    [Theory, CombinatorialKinds("AAH/", "AAH_", "AAE", "AAE=")]
    public async Task BinaryHeader_PaddedOrNot_IsDecoded(ServerKind kind, string text)
    {
        byte[]? seen = null;
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                seen = context.RequestHeaders.GetValueBytes("probe-bin");
                return Task.FromResult(new ProbeReply());
            },
        });

        var answer = await SendAsync(server, Frame(Request("x")), ("probe-bin", text));

        answer.Status.ShouldBe("0");
        seen.ShouldBe(text switch
        {
            "AAH/" => [0, 1, 255],
            "AAH_" => null,
            _ => [0, 1],
        });
    }

    [Theory, CombinatorialKinds]
    public async Task Refusal_BeforeAnyMessage_IsTrailersOnly(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "größe")),
        });

        var answer = await SendAsync(server, Frame(Request("x")));

        answer.HttpStatus.ShouldBe(HttpStatusCode.OK);
        answer.StatusIsInHeaders.ShouldBeTrue();
        answer.Headers.GetValues("grpc-message").ShouldBe(["gr%C3%B6%C3%9Fe"]);
        answer.Body.ShouldBeEmpty();
    }

    [Theory, CombinatorialKinds]
    public async Task Reply_ToAClientThatAcceptsGzip_IsCompressedUnlessTheServiceRefuses(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(
            kind,
            new ProbeService
            {
                OnEcho = (request, context) =>
                {
                    context.WriteOptions = request.Count == 1 ? new WriteOptions(WriteFlags.NoCompress) : WriteOptions.Default;
                    return Task.FromResult(new ProbeReply { Payload = request.Payload });
                },
            },
            new ServerSettings { ResponseCompressionAlgorithm = "gzip" });
        var text = new string('a', 1000);

        var compressed = await SendAsync(server, Frame(Request(text)), ("grpc-accept-encoding", "identity, gzip"));
        var refused = await SendAsync(server, Frame(Request(text, 1)), ("grpc-accept-encoding", "gzip"));
        var notAccepted = await SendAsync(server, Frame(Request(text)), ("grpc-accept-encoding", "identity,deflate"));

        compressed.Headers.GetValues("grpc-encoding").ShouldBe(["gzip"]);
        compressed.Body[0].ShouldBe((byte)1);
        compressed.Body.Length.ShouldBeLessThan(200);
        refused.Body[0].ShouldBe((byte)0);
        notAccepted.Headers.Contains("grpc-encoding").ShouldBeFalse();
        notAccepted.Body.ShouldBe(Frame(new ProbeReply { Payload = ByteString.CopyFromUtf8(text) }));
    }

    [Theory, CombinatorialKinds]
    public async Task Trailers_ThatCannotBeSent_AreInternal(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (request, context) =>
            {
                if (request.Payload.ToStringUtf8() == "x")
                {
                    context.ResponseTrailers.Add("table", "größe");
                }

                return Task.FromResult(new ProbeReply { Payload = request.Payload });
            },
        });
        var client = server.CreateClient();

        var failure = await FailureOfAsync(async () => await client.EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.Internal);
        failure.Status.Detail.ShouldBe("The value of the metadata key 'table' is not printable ASCII. Send it under a key ending in '-bin'.");
        await ShouldStillAnswerAsync(client);
    }

    private static byte[] Frame(IMessage message)
    {
        var payload = message.ToByteArray();
        byte[] header = [0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length];
        return [.. header, .. payload];
    }

    private static Task<Answer> SendAsync(
        ProbeServer server, byte[] body, (string Name, string Value)? header = null, string contentType = "application/grpc")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("content-type", contentType);
        return SendAsync(server, content, header);
    }

    private static async Task<Answer> SendAsync(ProbeServer server, HttpContent content, (string Name, string Value)? header)
    {
        using var invoker = new HttpMessageInvoker(server.CreateHandler(TestCertificates.Client, TestCertificates.Server));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/kolumn.grpc.tests.Probe/Echo"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (header is { } extra)
        {
            request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        }

        using var response = await invoker.SendAsync(request, TestToken).WaitAsync(Limit, TestToken);
        var body = await response.Content.ReadAsByteArrayAsync(TestToken).WaitAsync(Limit, TestToken);
        return new Answer(response.StatusCode, response.Headers, response.TrailingHeaders, body);
    }

    private sealed record Answer(HttpStatusCode HttpStatus, HttpResponseHeaders Headers, HttpResponseHeaders Trailers, byte[] Body)
    {
        public bool StatusIsInHeaders => Headers.Contains("grpc-status") && !Trailers.Contains("grpc-status");

        public string Status => (StatusIsInHeaders ? Headers : Trailers).GetValues("grpc-status").Single();
    }

    // A request whose body does not come.
    private sealed class WithheldContent : HttpContent
    {
        private readonly Task _release;

        public WithheldContent(Task release)
        {
            _release = release;
            Headers.TryAddWithoutValidation("content-type", "application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync(TestToken);
            await _release.WaitAsync(Limit, TestToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
