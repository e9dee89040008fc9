using System.Text.Json;

namespace Kolumn.Core.State;

/// <summary>Why a snapshot cannot be used.</summary>
internal enum SnapshotFault
{
    None,
    Damaged,
    NewerVersion,
}

/// <summary>
/// The bytes of a snapshot: <see cref="SignedJson"/>. A file without its checksum is taken as it is, which is how a deliberate
/// edit is signed.
/// </summary>
internal static class SnapshotFile
{
    public static byte[] Write(StateDocument document) =>
        SignedJson.Sign(JsonSerializer.SerializeToUtf8Bytes(document, StateJson.Readable.StateDocument));

    /// <summary>The document, or null with the fault and a sentence on it.</summary>
    public static StateDocument? Read(ReadOnlySpan<byte> file, out SnapshotFault fault, out string detail)
    {
        detail = "";
        fault = SnapshotFault.Damaged;
        try
        {
            var version = ReadVersion(file);
            if (version > StateDocument.CurrentVersion)
            {
                fault = SnapshotFault.NewerVersion;
                detail = $"its format is version {version}, this Kolumn reads up to version {StateDocument.CurrentVersion}";
                return null;
            }

            if (SignedJson.Verify(file) == false)
            {
                detail = "its content does not match its checksum";
                return null;
            }

            var document = JsonSerializer.Deserialize(file, StateJson.Readable.StateDocument);
            if (document is null || version < 1 || string.IsNullOrEmpty(document.Lineage))
            {
                detail = "it is not a state: version or lineage is missing";
                return null;
            }

            fault = SnapshotFault.None;
            return document;
        }
        catch (JsonException e)
        {
            detail = $"it is not the JSON of a state: {e.Message}";
            return null;
        }
    }

    /// <summary>Looked up before the rest is read, since a newer format may have another shape.</summary>
    private static int ReadVersion(ReadOnlySpan<byte> file)
    {
        var reader = new Utf8JsonReader(file);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                var isVersion = reader.ValueTextEquals("version"u8);
                reader.Read();
                if (isVersion)
                {
                    return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var version) ? version : 0;
                }

                reader.Skip();
            }
        }

        return 0;
    }
}
