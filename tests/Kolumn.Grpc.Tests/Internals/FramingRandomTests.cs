using System.IO.Pipelines;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

/// <summary>
/// Random input to both readers of frames. Whatever arrives, in whatever pieces: the messages that were sent, or a status, never
/// another exception. KOLUMN_TEST_SEED repeats a run; the seed is in the output.
/// </summary>
public sealed class FramingRandomTests
{
    private const int Rounds = 3_000;
    private const int WellFormedRounds = 400;

    private static readonly Marshaller<byte[]> Bytes = new(bytes => bytes, bytes => bytes);

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("KOLUMN_TEST_SEED"), out var seed) ? seed : Environment.TickCount;

    private static CancellationToken TestToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Response_AnyBytesInAnyPieces_GivesMessagesOrAStatus()
    {
        var random = StartRandom();
        for (var round = 0; round < Rounds; round++)
        {
            var input = RandomInput(random);
            using var messages = new ResponseMessages(new PiecewiseStream(input, random), RandomEncoding(random), maxLength: 10_000);
            try
            {
                do
                {
                    while (messages.TryTake(Bytes, out var message))
                    {
                        message.Length.ShouldBeLessThanOrEqualTo(10_000);
                    }
                }
                while (await messages.FillAsync(TestToken));
            }
            catch (WireException refused)
            {
                refused.StatusCode.ShouldBeOneOf(StatusCode.Internal, StatusCode.ResourceExhausted, StatusCode.Unimplemented);
            }
        }
    }

    [Fact]
    public async Task Request_AnyBytesInAnyPieces_GivesAMessageOrAStatus()
    {
        var random = StartRandom();
        for (var round = 0; round < Rounds; round++)
        {
            var body = PipeReader.Create(
                new PiecewiseStream(RandomInput(random), random), new StreamPipeReaderOptions(bufferSize: 64, minimumReadSize: 1));
            try
            {
                var message = await RequestMessage.ReadAsync(body, RandomEncoding(random), Bytes, 10_000, () => TestToken);
                message.Length.ShouldBeLessThanOrEqualTo(10_000);
            }
            catch (WireException refused)
            {
                refused.StatusCode.ShouldBeOneOf(StatusCode.Internal, StatusCode.ResourceExhausted, StatusCode.Unimplemented);
            }
        }
    }

    [Fact]
    public async Task Response_WellFormedInAnyPieces_GivesExactlyWhatWasSent()
    {
        var random = StartRandom();
        for (var round = 0; round < WellFormedRounds; round++)
        {
            var sent = Enumerable.Range(0, random.Next(6)).Select(_ => RandomBytes(random, 3_000)).ToList();
            var frames = sent.SelectMany(payload => Frame(payload, random.Next(2) == 0)).ToArray();
            using var messages = new ResponseMessages(new PiecewiseStream(frames, random), "gzip", maxLength: null);

            var received = new List<byte[]>();
            do
            {
                while (messages.TryTake(Bytes, out var message))
                {
                    received.Add(message);
                }
            }
            while (await messages.FillAsync(TestToken));

            received.ShouldBe(sent);
            messages.HasRest.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Request_WellFormedInAnyPieces_GivesExactlyWhatWasSent()
    {
        var random = StartRandom();
        for (var round = 0; round < WellFormedRounds; round++)
        {
            var sent = RandomBytes(random, 20_000);
            var body = PipeReader.Create(
                new PiecewiseStream(Frame(sent, random.Next(2) == 0), random), new StreamPipeReaderOptions(bufferSize: 64, minimumReadSize: 1));

            (await RequestMessage.ReadAsync(body, "gzip", Bytes, null, () => TestToken)).ShouldBe(sent);
        }
    }

    private static Random StartRandom()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"KOLUMN_TEST_SEED={Seed}");
        return new Random(Seed);
    }

    // Half noise, half frames that are right until something in them is not.
    private static byte[] RandomInput(Random random)
    {
        if (random.Next(2) == 0)
        {
            return RandomBytes(random, 300);
        }

        var input = Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => Frame(RandomBytes(random, 200), random.Next(2) == 0)).ToArray();
        for (var damage = random.Next(3); damage > 0; damage--)
        {
            input[random.Next(input.Length)] = (byte)random.Next(256);
        }

        return input[..random.Next(input.Length + 1)];
    }

    private static string? RandomEncoding(Random random) => random.Next(4) switch
    {
        0 => null,
        1 => "identity",
        2 => "gzip",
        _ => "br",
    };

    private static byte[] RandomBytes(Random random, int max)
    {
        var bytes = new byte[random.Next(max)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Frame(byte[] payload, bool compress)
    {
        using var frame = RequestMessageWriter.Write(payload, Bytes, null, compress);
        return frame.Span.ToArray();
    }

    // Gives between one byte and all the reader asks for.
    private sealed class PiecewiseStream(byte[] content, Random random) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(buffer.Length, random.Next(1, 400))]));
    }
}
