using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

public sealed class GzipMessageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void Compress_AnyPayload_Inflates(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload.AsSpan(length / 2));
        using var compressed = new PooledBuffer(16);

        GzipMessage.Compress(Segments.Of(payload[..(length / 3)], payload[(length / 3)..]), CompressionLevel.Fastest, compressed);

        compressed.Span[..2].ToArray().ShouldBe([0x1F, 0x8B]);
        using var inflated = GzipMessage.Inflate(Segments.Of(compressed.Span[..1].ToArray(), compressed.Span[1..].ToArray()), length);
        inflated.Span.SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void Inflate_OneByteOverTheLimit_IsResourceExhausted() =>
        Should.Throw<WireException>(() => GzipMessage.Inflate(Zip(new byte[1001]), 1000)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);

    [Fact]
    public void Inflate_Bomb_StopsAtTheLimit()
    {
        // 256 MB of zeros in about 256 KB: inflating them would be seen in what this thread allocates.
        var bomb = Bomb(1L << 28);
        bomb.Length.ShouldBeLessThan(5_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var failure = Should.Throw<WireException>(() => GzipMessage.Inflate(bomb, 4 * 1024 * 1024));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(32 * 1024 * 1024);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("1F8B")]
    [InlineData("6E6F7420677A6970")]
    public void Inflate_NotGzip_IsInternal(string hex) => Should.Throw<WireException>(
        () => GzipMessage.Inflate(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), null)).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public void Inflate_BrokenOff_IsInternal()
    {
        var whole = Zip(new byte[100_000]);

        Should.Throw<WireException>(() => GzipMessage.Inflate(whole.Slice(0, whole.Length / 2), null)).StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public void Inflate_Damaged_NeverGivesTheWrongBytes()
    {
        var payload = new byte[5000];
        new Random(1).NextBytes(payload);
        var random = new Random(2);
        for (var i = 0; i < 500; i++)
        {
            var damaged = Zip(payload).ToArray();
            damaged[random.Next(10, damaged.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                using var inflated = GzipMessage.Inflate(new ReadOnlySequence<byte>(damaged), null);
                inflated.Span.SequenceEqual(payload).ShouldBeTrue();
            }
            catch (WireException refused)
            {
                refused.StatusCode.ShouldBe(StatusCode.Internal);
            }
        }
    }

    [Fact]
    public void Inflate_EmptyInput_IsAnEmptyMessage()
    {
        using var inflated = GzipMessage.Inflate(ReadOnlySequence<byte>.Empty, 10);
        inflated.Length.ShouldBe(0);
    }

    private static ReadOnlySequence<byte> Zip(byte[] payload)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(payload);
        }

        return new ReadOnlySequence<byte>(zipped.ToArray());
    }

    private static ReadOnlySequence<byte> Bomb(long length)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var written = 0L; written < length; written += zeros.Length)
            {
                gzip.Write(zeros);
            }
        }

        return new ReadOnlySequence<byte>(zipped.ToArray());
    }
}
