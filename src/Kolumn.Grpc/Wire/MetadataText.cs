using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Metadata entries as header values and back.</summary>
internal static class MetadataText
{
    /// <summary>The header value of an entry.</summary>
    /// <exception cref="WireException">A text value holds anything but printable ASCII: it would corrupt the header block.</exception>
    public static string Format(Metadata.Entry entry)
    {
        if (entry.IsBinary)
        {
            return BinaryValue.Encode(entry.ValueBytes);
        }

        return entry.Value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? throw WireException.Malformed(
                $"The value of the metadata key '{entry.Key}' is not printable ASCII. Send it under a key ending in '-bin'.")
            : entry.Value;
    }

    /// <summary>
    /// Adds a received header. Reserved names are left out. A <c>-bin</c> value may be several, joined by commas; a part that is
    /// not base64 is left out: one bad header of a peer must not fail the call.
    /// </summary>
    public static void Add(Metadata metadata, string name, string value)
    {
        if (HeaderNames.IsReserved(name))
        {
            return;
        }

        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            if (IsKey(name))
            {
                metadata.Add(name, value);
            }

            return;
        }

        foreach (var part in value.AsSpan().Split(','))
        {
            if (IsKey(name) && BinaryValue.TryDecode(value.AsSpan(part), out var bytes))
            {
                metadata.Add(name, bytes);
            }
        }
    }

    // HTTP allows names that metadata keys do not.
    private static bool IsKey(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
