using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Net.Client;
using Kolumn.Protocol.Wire;

namespace Kolumn.Bench.Calls;

/// <summary>
/// A 1 KB unary call and a bare HTTP/2 POST of the same bytes, each to a server process of its own, in turn. Both clients are
/// the runtime's SocketsHttpHandler, both servers Kestrel: what is left is the cost of gRPC.
/// </summary>
internal static class CallBenchmark
{
    private const int MessageSize = 1024;
    private const int Rounds = 9;
    private const int CallsInARow = 4_000;
    private const int Callers = 16;
    private const int CallsPerCaller = 1_500;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            var (grpcSocket, httpSocket) = (Path.Combine(folder, "grpc"), Path.Combine(folder, "http"));
            await using var grpcServer = await ChildProcess.StartSelfAsync(["serve", "grpc", grpcSocket], cancellationToken);
            await using var httpServer = await ChildProcess.StartSelfAsync(["serve", "http", httpSocket], cancellationToken);
            using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = HandlerFor(grpcSocket) });
            using var http = new HttpMessageInvoker(HandlerFor(httpSocket));
            var client = new Provider.ProviderClient(channel);
            var request = new CallFunctionRequest { Function = "Echo", Input = ByteString.CopyFrom(new byte[MessageSize]) };
            var body = request.ToByteArray();

            async Task CallAsync() => await client.CallFunctionAsync(request, cancellationToken: cancellationToken);
            Task PostAsync() => HttpPostAsync(http, body, cancellationToken);

            await MeasureInTurnAsync(report, CallAsync, PostAsync);
            var grpcJs = await GrpcJs.MeasureAsync(folder, MessageSize, Callers, cancellationToken);
            await ThroughputInTurnAsync(report, CallAsync, PostAsync, grpcJs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureInTurnAsync(Report report, Func<Task> callAsync, Func<Task> postAsync)
    {
        List<double> calls = [], posts = [];
        for (var round = -1; round < Rounds; round++)
        {
            var call = await MedianMicrosecondsAsync(callAsync);
            var post = await MedianMicrosecondsAsync(postAsync);
            if (round >= 0)
            {
                calls.Add(call);
                posts.Add(post);
            }
        }

        report.Ratio("1 KB unary call, p50 / bare HTTP/2 POST", calls, posts, "µs", "≤ 1.15");
    }

    private static async Task ThroughputInTurnAsync(Report report, Func<Task> callAsync, Func<Task> postAsync, GrpcJs.Result grpcJs)
    {
        List<double> calls = [], posts = [];
        for (var round = -1; round < Rounds; round++)
        {
            var call = await CallsPerSecondAsync(callAsync);
            var post = await CallsPerSecondAsync(postAsync);
            if (round >= 0)
            {
                calls.Add(call);
                posts.Add(post);
            }
        }

        report.Ratio($"{Callers} callers, calls per second / bare HTTP/2 POST", calls, posts, "/s", "≥ 0.85");
        if (grpcJs.CallsPerSecond is { } theirs)
        {
            report.Ratio($"{Callers} callers, calls per second / grpc-js calling grpc-js", calls, [.. calls.Select(_ => theirs)], "/s", "≥ 5");
        }
        else
        {
            report.Missing($"{Callers} callers / grpc-js calling grpc-js", grpcJs.WhyNot);
        }
    }

    private static async Task<double> MedianMicrosecondsAsync(Func<Task> callAsync)
    {
        var times = new double[CallsInARow];
        for (var i = 0; i < CallsInARow; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await callAsync();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return Report.Median(times);
    }

    private static async Task<double> CallsPerSecondAsync(Func<Task> callAsync)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < CallsPerCaller; i++)
            {
                await callAsync();
            }
        })));
        return Callers * CallsPerCaller / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task HttpPostAsync(HttpMessageInvoker http, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/echo")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        using var response = await http.SendAsync(request, cancellationToken);
        var echoed = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (echoed.Length != body.Length)
        {
            throw new InvalidOperationException($"{echoed.Length} bytes came back where {body.Length} were sent.");
        }
    }

    private static SocketsHttpHandler HandlerFor(string socket) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
            return new NetworkStream(connection, ownsSocket: true);
        },
    };
}
