using System.Buffers.Binary;

namespace MySqlConnector.Internal;

/// <summary>
/// Looks at bytes that have arrived but were not read, and tells whether they are all that is coming. What it does not know it takes for
/// a part. https://mariadb.com/kb/en/0-packet/, https://mariadb.com/kb/en/result-set-packets/
/// </summary>
internal static class Answer
{
    private const int HeaderBytes = 4;
    private const byte Ok = 0x00;
    private const byte LocalInfile = 0xFB;
    private const byte End = 0xFE;
    private const byte Error = 0xFF;
    private const int EndBytes = 5;
    private const ushort MoreResults = 8;

    /// <summary>Whether this is one statement's whole answer: an error, an acknowledgement, or columns, rows and their end.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        var first = TakePacket(ref bytes);
        if (first.IsEmpty || first[0] is LocalInfile or End)
        {
            return false;
        }

        if (first[0] is Ok or Error)
        {
            return bytes.IsEmpty && (first[0] == Error || !AcknowledgesMore(first));
        }

        // Columns end, then rows do.
        var ends = 0;
        while (TakePacket(ref bytes) is { IsEmpty: false } packet)
        {
            if (packet[0] == Error)
            {
                return bytes.IsEmpty;
            }

            ends += packet[0] == End && packet.Length == EndBytes ? 1 : 0;
            if (ends == 2)
            {
                return bytes.IsEmpty && (BinaryPrimitives.ReadUInt16LittleEndian(packet[3..]) & MoreResults) == 0;
            }
        }

        return false;
    }

    // Empty when there is no whole one.
    private static ReadOnlySpan<byte> TakePacket(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
        {
            return default;
        }

        var length = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        if (bytes.Length < HeaderBytes + length)
        {
            return default;
        }

        var packet = bytes.Slice(HeaderBytes, length);
        bytes = bytes[(HeaderBytes + length)..];
        return packet;
    }

    // Rows affected, the last identity, and then the flags; the first two as numbers of their own length.
    private static bool AcknowledgesMore(ReadOnlySpan<byte> packet)
    {
        var at = 1;
        for (var numbers = 0; numbers < 2 && at < packet.Length; numbers++)
        {
            at += packet[at] switch
            {
                0xFC => 3,
                0xFD => 4,
                0xFE => 9,
                _ => 1,
            };
        }

        return packet.Length < at + 2 || (BinaryPrimitives.ReadUInt16LittleEndian(packet[at..]) & MoreResults) != 0;
    }
}
