using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Supervision;

/// <summary>
/// A line of a provider's stderr that is a structured log event: go-plugin's hclog (<c>@level</c>, <c>@message</c>,
/// <c>@timestamp</c>) or the compact format (<c>@l</c>, <c>@m</c> or <c>@mt</c>, <c>@t</c>).
/// </summary>
/// <param name="Fields">The other members; scalars as text, everything else as JSON text.</param>
internal sealed record LogLine(LogLevel Level, string Message, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    private const int MostFields = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Null for anything else, however close it comes.</summary>
    public static LogLine? Parse(ReadOnlySpan<byte> line)
    {
        if (line is not [(byte)'{', .., (byte)'}'])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line.ToArray(), Options);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair parses and cannot be read.
            return null;
        }
    }

    private static LogLine? Read(JsonElement root)
    {
        var level = Text(root, "@level") ?? Text(root, "@l");
        var message = Text(root, "@message") ?? Text(root, "@m") ?? Text(root, "@mt");
        var isCompact = root.TryGetProperty("@t", out _);
        if (message is null || (level is null && !isCompact) || (LevelOf(level) is not { } known))
        {
            return null;
        }

        var fields = root.EnumerateObject()
            .Where(m => m.Name.Length is > 0 and <= 100 && (m.Name[0] != '@' || m.Name is "@module" or "@x"))
            .Take(MostFields)
            .Select(m => KeyValuePair.Create(
                TerminalText.Neutralise(m.Name.TrimStart('@')),
                TerminalText.Neutralise(m.Value.ValueKind == JsonValueKind.String ? m.Value.GetString()! : m.Value.GetRawText())));
        return new LogLine(known, TerminalText.Neutralise(message), [.. fields]);
    }

    // The compact format leaves out the level of an Information event.
    private static LogLevel? LevelOf(string? name) => name?.ToLowerInvariant() switch
    {
        "trace" or "verbose" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        null or "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => null,
    };

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
