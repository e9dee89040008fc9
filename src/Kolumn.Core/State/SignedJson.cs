using System.Security.Cryptography;
using System.Text;

namespace Kolumn.Core.State;

/// <summary>
/// Readable JSON whose last member, <c>checksum</c>, is the SHA-256 of everything before it: what was changed or cut off
/// afterwards is recognised before anything is believed.
/// </summary>
internal static class SignedJson
{
    private static readonly byte[] Start = ",\n  \"checksum\": \""u8.ToArray();

    /// <param name="json">An indented object, with line feeds, that has at least one member.</param>
    public static byte[] Sign(ReadOnlySpan<byte> json)
    {
        var content = json[..json.LastIndexOf((byte)'\n')];
        return [.. content, .. Start, .. Hash(content), .. "\"\n}\n"u8];
    }

    /// <summary>Null when there is no checksum.</summary>
    public static bool? Verify(ReadOnlySpan<byte> file)
    {
        var start = file.LastIndexOf(Start);
        if (start < 0)
        {
            return null;
        }

        var stated = file[(start + Start.Length)..];
        var end = stated.IndexOf((byte)'"');
        return end >= 0 && stated[..end].SequenceEqual(Hash(file[..start]));
    }

    private static byte[] Hash(ReadOnlySpan<byte> content) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(content)));
}
