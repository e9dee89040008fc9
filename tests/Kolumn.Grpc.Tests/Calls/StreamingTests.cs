using Google.Protobuf;
using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class StreamingTests : CallTest
{
    [Theory, CombinatorialKinds(0, 1, 2, 5000)]
    public async Task Repeat_AnyNumber_ArrivesInOrder(ServerKind kind, int count)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        using var call = server.CreateClient().Repeat(Request("payload", count), cancellationToken: TestToken);

        var indexes = new List<int>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestToken))
        {
            reply.Payload.ToStringUtf8().ShouldBe("payload");
            indexes.Add(reply.Index);
        }

        indexes.ShouldBe(Enumerable.Range(0, count));
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeFalse();
    }

    [Theory, CombinatorialKinds]
    public async Task Repeat_MessagesLargerThanAnyBuffer_ArriveWhole(ServerKind kind)
    {
        var payload = new byte[3_000_000];
        new Random(3).NextBytes(payload);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        using var call = server.CreateClient().Repeat(
            new ProbeRequest { Payload = ByteString.CopyFrom(payload), Count = 8 }, cancellationToken: TestToken);

        var count = 0;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestToken))
        {
            reply.Payload.Span.SequenceEqual(payload).ShouldBeTrue();
            count++;
        }

        count.ShouldBe(8);
    }

    [Theory, CombinatorialKinds]
    public async Task Repeat_EachMessage_ArrivesBeforeTheNextIsWritten(ServerKind kind)
    {
        using var received = new SemaphoreSlim(0);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = async (request, replies, context) =>
            {
                for (var index = 0; index < request.Count; index++)
                {
                    await replies.WriteAsync(new ProbeReply { Index = index }, context.CancellationToken);
                    (await received.WaitAsync(Limit)).ShouldBeTrue();
                }
            },
        });
        using var call = server.CreateClient().Repeat(Request("x", 5), cancellationToken: TestToken);

        for (var index = 0; index < 5; index++)
        {
            (await call.ResponseStream.MoveNext(TestToken).WaitAsync(Limit, TestToken)).ShouldBeTrue();
            call.ResponseStream.Current.Index.ShouldBe(index);
            received.Release();
        }

        (await call.ResponseStream.MoveNext(TestToken).WaitAsync(Limit, TestToken)).ShouldBeFalse();
    }

    [Theory, CombinatorialKinds]
    public async Task Repeat_RefusedAfterSomeMessages_GivesThemAndThenTheStatus(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = async (_, replies, context) =>
            {
                await replies.WriteAsync(new ProbeReply { Index = 1 });
                await replies.WriteAsync(new ProbeReply { Index = 2 });
                context.ResponseTrailers.Add("reached", "2");
                throw new RpcException(new Status(StatusCode.DataLoss, "größe"));
            },
        });
        var client = server.CreateClient();
        using var call = client.Repeat(Request("x"), cancellationToken: TestToken);

        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeTrue();
        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeTrue();
        var failure = await FailureOfAsync(() => call.ResponseStream.MoveNext(TestToken));

        failure.StatusCode.ShouldBe(StatusCode.DataLoss);
        failure.Status.Detail.ShouldBe("größe");
        failure.Trailers.GetValue("reached").ShouldBe("2");
        call.GetStatus().StatusCode.ShouldBe(StatusCode.DataLoss);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Repeat_RefusedBeforeAnyMessage_GivesTheStatus(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = (_, _, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no")),
        });
        var client = server.CreateClient();
        using var call = client.Repeat(Request("x"), cancellationToken: TestToken);

        var failure = await FailureOfAsync(() => call.ResponseStream.MoveNext(TestToken));

        failure.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Writer_AfterTheCallEnded_Refuses(ServerKind kind)
    {
        IServerStreamWriter<ProbeReply>? kept = null;
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = (_, replies, _) =>
            {
                kept = replies;
                return Task.CompletedTask;
            },
        });
        var client = server.CreateClient();
        using var call = client.Repeat(Request("x"), cancellationToken: TestToken);
        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeFalse();

        await Should.ThrowAsync<InvalidOperationException>(() => kept!.WriteAsync(new ProbeReply()));

        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Repeat_BufferedWrites_ArriveWithTheEnd(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = async (request, replies, _) =>
            {
                replies.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
                for (var index = 0; index < request.Count; index++)
                {
                    await replies.WriteAsync(new ProbeReply { Index = index });
                }
            },
        });
        using var call = server.CreateClient().Repeat(Request("x", 100), cancellationToken: TestToken);

        var count = 0;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestToken))
        {
            reply.Index.ShouldBe(count++);
        }

        count.ShouldBe(100);
    }
}
