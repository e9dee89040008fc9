using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Grpc.Wire;

/// <summary>Messages in the <c>gzip</c> encoding. Inflating stops at the limit: a small frame cannot become a large buffer.</summary>
internal static class GzipMessage
{
    private const int ChunkSize = 16 * 1024;

    // Header and trailer of a gzip stream, and an empty deflate block.
    private const int ShortestStream = 20;

    /// <summary>Appends the compressed payload. The payload is not empty: .NET writes no gzip stream at all for nothing.</summary>
    public static void Compress(in ReadOnlySequence<byte> payload, CompressionLevel level, PooledBuffer destination)
    {
        using var gzip = new GZipStream(new BufferWriterStream(destination), level);
        foreach (var segment in payload)
        {
            gzip.Write(segment.Span);
        }
    }

    /// <summary>Inflates into a new buffer, which the caller disposes.</summary>
    /// <exception cref="WireException">The payload is not gzip, or inflates to more than the limit.</exception>
    public static PooledBuffer Inflate(in ReadOnlySequence<byte> payload, int? maxLength)
    {
        var limit = Math.Min(maxLength ?? int.MaxValue, Array.MaxLength);
        var inflated = new PooledBuffer((int)Math.Clamp(payload.Length * 4, 256, ChunkSize));
        try
        {
            using var gzip = new GZipStream(new SequenceStream(payload), CompressionMode.Decompress);
            while (true)
            {
                // One byte beyond the limit tells "exactly the limit" from "more".
                var room = (int)Math.Min(ChunkSize, (long)limit + 1 - inflated.Length);
                var read = gzip.Read(inflated.GetSpan(room)[..room]);
                if (read == 0)
                {
                    return IsWhole(payload, inflated.Length) ? inflated : throw new InvalidDataException("The gzip stream broke off.");
                }

                inflated.Advance(read);
                if (inflated.Length > limit)
                {
                    throw WireException.TooLarge($"Received message inflates to more than the limit of {limit} bytes.");
                }
            }
        }
        catch (InvalidDataException malformed)
        {
            inflated.Dispose();
            throw WireException.Malformed("A compressed message is not a gzip stream.", malformed);
        }
        catch
        {
            inflated.Dispose();
            throw;
        }
    }

    // .NET takes a stream that breaks off for one that ends; the length in its last four bytes (RFC 1952, ISIZE) tells.
    private static bool IsWhole(in ReadOnlySequence<byte> payload, int inflatedLength)
    {
        if (payload.IsEmpty)
        {
            return true;
        }

        Span<byte> inflatedSize = stackalloc byte[sizeof(uint)];
        if (payload.Length < ShortestStream)
        {
            return false;
        }

        payload.Slice(payload.Length - sizeof(uint)).CopyTo(inflatedSize);
        return BinaryPrimitives.ReadUInt32LittleEndian(inflatedSize) == (uint)inflatedLength;
    }
}
