using System.Buffers;
using System.IO.Compression;

namespace Grpc.Wire;

/// <summary>Messages in the <c>gzip</c> encoding. Inflating stops at the limit: a small frame cannot become a large buffer.</summary>
internal static class GzipMessage
{
    private const int ChunkSize = 16 * 1024;

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
                    return inflated;
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
}
