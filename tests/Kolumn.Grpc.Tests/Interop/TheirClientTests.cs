using System.Net;
using System.Text.Json;
using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;

namespace Kolumn.Grpc.Tests.Interop;

/// <summary>Clients of others against our server, over TCP and a Unix socket.</summary>
public sealed class TheirClientTests : CallTest
{
    public static TheoryData<InteropPeer, ServerKind> Pairs => new MatrixTheoryData<InteropPeer, ServerKind>(
        Enum.GetValues<InteropPeer>(), [ServerKind.Hosted, ServerKind.LocalTcp, ServerKind.LocalUnix]);

    [Theory, MemberData(nameof(Pairs))]
    public async Task Unary_WithMetadata_ComesBackWithIt(InteropPeer peer, ServerKind kind)
    {
        var seen = await RunAsync(peer, kind, "unary");

        seen.GetProperty("code").GetInt32().ShouldBe(0, seen.ToString());
        seen.GetProperty("same").GetBoolean().ShouldBeTrue();
        foreach (var part in new[] { "headers", "trailers" })
        {
            seen.GetProperty(part).GetProperty("text").EnumerateArray().Select(e => e.GetString()).ShouldBe(["text"]);
            seen.GetProperty(part).GetProperty("bin").EnumerateArray().Select(e => e.GetString()).ShouldBe(["0001ff"]);
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Gzip_BothWays_ComesBack(InteropPeer peer, ServerKind kind)
    {
        var seen = await RunAsync(peer, kind, "gzip");

        seen.GetProperty("code").GetInt32().ShouldBe(0, seen.ToString());
        seen.GetProperty("same").GetBoolean().ShouldBeTrue();
        seen.GetProperty("length").GetInt32().ShouldBe(100_000);
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Gzip_OfAnEmptyMessage_ComesBack(InteropPeer peer, ServerKind kind)
    {
        var seen = await RunAsync(peer, kind, "gzip-empty");

        seen.GetProperty("code").GetInt32().ShouldBe(0, seen.ToString());
        seen.GetProperty("same").GetBoolean().ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Message_Of20Megabytes_ComesBack(InteropPeer peer, ServerKind kind)
    {
        var seen = await RunAsync(peer, kind, "large");

        seen.GetProperty("code").GetInt32().ShouldBe(0, seen.ToString());
        seen.GetProperty("same").GetBoolean().ShouldBeTrue();
        seen.GetProperty("length").GetInt32().ShouldBeGreaterThan(20_000_000);
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Refusal_WithNonAsciiText_IsUnderstood(InteropPeer peer, ServerKind kind)
    {
        var seen = await RunAsync(peer, kind, "error");

        seen.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.FailedPrecondition);
        seen.GetProperty("details").GetString().ShouldBe("größe: 100 % \U0001F600");
        seen.GetProperty("reason").EnumerateArray().Select(e => e.GetString()).ShouldBe(["00ff"]);
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Deadline_Passed_EndsTheCallOnBothSides(InteropPeer peer, ServerKind kind)
    {
        var behaviour = new InteropServiceBehaviour();
        var seen = await RunAsync(peer, kind, "deadline", behaviour);

        seen.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.DeadlineExceeded);
        await behaviour.Cancelled.WaitAsync(Limit, TestToken);
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Cancel_DuringACall_ReachesTheService(InteropPeer peer, ServerKind kind)
    {
        var behaviour = new InteropServiceBehaviour();
        var seen = await RunAsync(peer, kind, "cancel", behaviour);

        seen.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.Cancelled);
        await behaviour.Cancelled.WaitAsync(Limit, TestToken);
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Stream_ToItsEnd_ArrivesInOrder(InteropPeer peer, ServerKind kind)
    {
        var seen = await RunAsync(peer, kind, "stream");

        seen.GetProperty("code").GetInt32().ShouldBe(0, seen.ToString());
        seen.GetProperty("indexes").EnumerateArray().Select(e => e.GetInt32()).ShouldBe(Enumerable.Range(0, 500));
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Stream_RefusedAtItsEnd_GivesMessagesAndTheStatus(InteropPeer peer, ServerKind kind)
    {
        var seen = await RunAsync(peer, kind, "stream-error");

        seen.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.DataLoss);
        seen.GetProperty("details").GetString().ShouldBe("größe");

        // grpc-js drops what it has not yet handed out when a call ends with an error.
        var indexes = seen.GetProperty("indexes").EnumerateArray().Select(e => e.GetInt32()).ToList();
        indexes.ShouldBe(Enumerable.Range(0, peer == InteropPeer.GrpcJs ? indexes.Count : 500));
    }

    private static async Task<JsonElement> RunAsync(
        InteropPeer peer, ServerKind kind, string scenario, InteropServiceBehaviour? behaviour = null)
    {
        await using var server = await ProbeServer.StartAsync(
            kind,
            (behaviour ?? new InteropServiceBehaviour()).Service,
            new ServerSettings { MaxReceiveMessageSize = null, ResponseCompressionAlgorithm = "gzip" });
        var target = server.Endpoint is IPEndPoint ip ? $"127.0.0.1:{ip.Port}" : $"unix:{server.Endpoint}";
        await using var client = await InteropPeers.StartClientAsync(peer, target, scenario);

        var seen = await client.ReadJsonAsync();

        await ShouldStillAnswerAsync(server.CreateClient());
        return seen;
    }
}
