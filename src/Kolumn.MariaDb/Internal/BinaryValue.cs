using System.Buffers.Binary;

namespace MySqlConnector.Internal;

/// <summary>
/// How the values of a prepared statement lie in a <see cref="RowChunk"/>: integers as eight bytes, FLOAT as four and DOUBLE as eight, dates and
/// times as <see cref="Temporal"/>, everything else as the server sends it.
/// </summary>
internal static class BinaryValue
{
    public static long Integer(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value);

    public static ulong Unsigned(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt64LittleEndian(value);

    public static float Single(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadSingleLittleEndian(value);

    public static double Double(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadDoubleLittleEndian(value);
}
