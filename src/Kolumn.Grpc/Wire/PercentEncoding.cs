using System.Buffers;
using System.Text;

namespace Grpc.Wire;

/// <summary>
/// The <c>grpc-message</c> value: UTF-8 in which every byte outside 0x20..0x7E, and '%', is written as %XX. PROTOCOL-HTTP2.md,
/// "Responses".
/// </summary>
internal static class PercentEncoding
{
    /// <summary>
    /// Longest encoded text that is sent. Peers refuse trailers as a whole beyond 8 KiB (gRPC C core, soft limit), and a status
    /// without its end is worth more than none.
    /// </summary>
    public const int MaxEncodedLength = 6 * 1024;

    private const string Hex = "0123456789ABCDEF";

    private static readonly SearchValues<char> Unescaped = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Encodes; text that would exceed <see cref="MaxEncodedLength"/> ends in "..." after its last whole character.</summary>
    public static string Encode(string text)
    {
        if (text.Length <= MaxEncodedLength && !text.AsSpan().ContainsAnyExcept(Unescaped))
        {
            return text;
        }

        const string ellipsis = "...";
        var encoded = new StringBuilder(Math.Min(text.Length * 2, MaxEncodedLength));
        var cut = 0;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            // A lone surrogate enumerates as U+FFFD, which encodes like any character.
            var count = rune.EncodeToUtf8(bytes);
            foreach (var value in bytes[..count])
            {
                if (value is >= 0x20 and <= 0x7E and not (byte)'%')
                {
                    encoded.Append((char)value);
                }
                else
                {
                    encoded.Append('%').Append(Hex[value >> 4]).Append(Hex[value & 0xF]);
                }
            }

            if (encoded.Length <= MaxEncodedLength - ellipsis.Length)
            {
                cut = encoded.Length;
            }
            else if (encoded.Length > MaxEncodedLength)
            {
                encoded.Length = cut;
                return encoded.Append(ellipsis).ToString();
            }
        }

        return encoded.ToString();
    }

    /// <summary>Decodes; a malformed escape stays as it is and malformed UTF-8 becomes U+FFFD: a status must always be readable.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
        {
            return encoded;
        }

        var bytes = new ArrayBufferWriter<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length
                && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]))
            {
                bytes.GetSpan(1)[0] = Convert.FromHexString(encoded.AsSpan(i + 1, 2))[0];
                bytes.Advance(1);
                i += 2;
            }
            else
            {
                bytes.Advance(Encoding.UTF8.GetBytes(encoded.AsSpan(i, 1), bytes.GetSpan(3)));
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
