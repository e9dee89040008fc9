using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Protocol;

namespace Kolumn.Core.Streaming;

/// <summary>A sink as its record describes it, with the environment's values in place of their names. Holds secrets: never shown.</summary>
internal sealed partial record SinkSettings
{
    public required string Name { get; init; }

    /// <summary><c>http</c>, <c>file</c> or <c>stdout</c>.</summary>
    public required string Type { get; init; }

    public string Target { get; init; } = "";

    public string Format { get; init; } = "event";

    public int BatchSize { get; init; }

    public string? SigningKey { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public TimeSpan Timeout { get; init; }

    public int MaxAttempts { get; init; }

    public TimeSpan Backoff { get; init; }

    /// <summary>What must not be shown.</summary>
    public IReadOnlyList<string> Secrets { get; private init; } = [];

    /// <summary>null when a variable is not set; what is missing is reported.</summary>
    public static SinkSettings? Read(JsonObject config, Func<string, string?> variable, DiagnosticList diagnostics)
    {
        var name = TextOf(config, "name") ?? "";
        var options = config["options"] as JsonObject ?? [];
        var isComplete = true;
        var secrets = new List<string>();
        var type = TextOf(config, "type") ?? "";
        var settings = new SinkSettings
        {
            Name = name,
            Type = type,
            Target = Resolved(TextOf(config, "target")) ?? "",
            Format = TextOf(config, "format") ?? "event",
            BatchSize = NumberOf(config, "batch_size") ?? (type == "http" ? 16 : 1000),
            SigningKey = Resolved(TextOf(options, "signing_key")),
            Headers = [.. (options["headers"] as JsonObject ?? []).Select(h => KeyValuePair.Create(h.Key, Resolved(h.Value?.GetValue<string>()) ?? ""))],
            Timeout = TimeSpan.FromSeconds(NumberOf(options, "timeout_seconds") ?? 15),
            MaxAttempts = NumberOf(options, "max_attempts") ?? 8,
            Backoff = TimeSpan.FromMilliseconds(NumberOf(options, "backoff_ms") ?? 1000),
            Secrets = secrets,
        };
        return isComplete ? settings : null;

        string? Resolved(string? text) => text is null ? null : Reference().Replace(text, match =>
        {
            var wanted = match.Groups["name"].Value;
            if (variable(wanted) is { Length: > 0 } value)
            {
                secrets.Add(value);
                return value;
            }

            isComplete = false;
            diagnostics.Add(Diagnostic.Error(CoreCodes.MissingVariable, $"the environment variable {wanted} is not set", $"The sink {name} takes a value from it. Set it where the relay runs."));
            return "";
        });
    }

    public static string? TextOf(JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    // Whatever wrote the record: a double of Go is a whole number too.
    private static int? NumberOf(JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? (int)decimal.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Reference();
}
