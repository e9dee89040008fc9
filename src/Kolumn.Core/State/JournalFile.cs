using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kolumn.Core.State;

/// <summary>
/// Reads and writes the journal: one line per entry, eight hexadecimal digits of its SHA-256, a space, its JSON. A line costs
/// its own length to append, whatever is there already.
/// </summary>
internal static class JournalFile
{
    private const int ChecksumLength = 8;

    public static void AppendLine(MemoryStream lines, JournalEntry entry)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(entry, StateJson.Compact.JournalEntry);
        lines.Write(Checksum(json));
        lines.WriteByte((byte)' ');
        lines.Write(json);
        lines.WriteByte((byte)'\n');
    }

    /// <summary>
    /// The entries in order. A last line that is incomplete or does not match its checksum is where a process died while
    /// writing and is left out; any other such line means that the file was damaged, and <paramref name="damagedLine"/> is its number.
    /// </summary>
    public static IReadOnlyList<JournalEntry> Read(ReadOnlySpan<byte> file, out int? damagedLine)
    {
        var entries = new List<JournalEntry>();
        damagedLine = null;
        var number = 0;
        while (!file.IsEmpty)
        {
            number++;
            var end = file.IndexOf((byte)'\n');
            var line = end < 0 ? file : file[..end];
            file = end < 0 ? [] : file[(end + 1)..];
            var entry = end < 0 ? null : ReadLine(line);
            if (entry is not null)
            {
                entries.Add(entry);
            }
            else if (!file.IsEmpty)
            {
                damagedLine = number;
                break;
            }
        }

        return entries;
    }

    private static JournalEntry? ReadLine(ReadOnlySpan<byte> line)
    {
        if (line.Length <= ChecksumLength + 1 || line[ChecksumLength] != ' ')
        {
            return null;
        }

        var json = line[(ChecksumLength + 1)..];
        if (!Checksum(json).AsSpan().SequenceEqual(line[..ChecksumLength]))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Compact.JournalEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Checksum(ReadOnlySpan<byte> json) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, ChecksumLength / 2)));
}
