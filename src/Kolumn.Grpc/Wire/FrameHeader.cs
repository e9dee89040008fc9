using System.Buffers;
using System.Buffers.Binary;

namespace Grpc.Wire;

/// <summary>
/// The five bytes before each message: a flag (0 plain, 1 compressed) and the length, big-endian. PROTOCOL-HTTP2.md,
/// "Length-Prefixed-Message".
/// </summary>
/// <param name="IsCompressed">Whether the payload is in the encoding of the <c>grpc-encoding</c> header.</param>
/// <param name="Length">Bytes of payload that follow.</param>
internal readonly record struct FrameHeader(bool IsCompressed, int Length)
{
    public const int Size = 5;

    /// <summary>
    /// Reads the header at the start of the buffer; null while fewer than five bytes are there. The length is checked before any
    /// of the payload is waited for.
    /// </summary>
    /// <exception cref="WireException">The flag is neither 0 nor 1, or the length exceeds the limit.</exception>
    public static FrameHeader? Read(in ReadOnlySequence<byte> buffer, int? maxLength)
    {
        if (buffer.FirstSpan.Length >= Size)
        {
            return Read(buffer.FirstSpan, maxLength);
        }

        if (buffer.Length < Size)
        {
            return null;
        }

        Span<byte> straddling = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(straddling);
        return Read(straddling, maxLength);
    }

    /// <summary>As above, of a buffer that holds at least five bytes.</summary>
    /// <exception cref="WireException">The flag is neither 0 nor 1, or the length exceeds the limit.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> buffer, int? maxLength)
    {
        if (buffer[0] > 1)
        {
            throw WireException.Malformed($"A message starts with the flag {buffer[0]}; only 0 and 1 exist.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(buffer[1..]);
        var limit = Math.Min(maxLength ?? int.MaxValue, Array.MaxLength - Size);
        return length <= limit
            ? new FrameHeader(buffer[0] == 1, (int)length)
            : throw WireException.TooLarge($"Received message of {length} bytes exceeds the limit of {limit} bytes.");
    }

    /// <summary>Writes the header into the first five bytes.</summary>
    public static void Write(Span<byte> destination, bool isCompressed, int length)
    {
        destination[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)length);
    }
}
