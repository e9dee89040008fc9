using System.Buffers.Text;
using System.Text;

namespace Grpc.Wire;

/// <summary>
/// The value of a <c>-bin</c> header: base64, written without padding, read with or without (PROTOCOL-HTTP2.md,
/// "Binary-Header"). Peers differ in what they send, so both are accepted.
/// </summary>
internal static class BinaryValue
{
    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>False when the text is not base64.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] value)
    {
        text = text.Trim().TrimEnd('=');
        value = [];
        if (text.Length % 4 == 1)
        {
            return false;
        }

        var padded = new char[(text.Length + 3) / 4 * 4];
        text.CopyTo(padded);
        padded.AsSpan(text.Length).Fill('=');
        var utf8 = Encoding.UTF8.GetBytes(padded);
        if (!Base64.IsValid(utf8))
        {
            return false;
        }

        value = Convert.FromBase64CharArray(padded, 0, padded.Length);
        return true;
    }
}
