using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;
using Kolumn.Protocol;

namespace Kolumn.Compliance;

/// <summary>Reads verify.json: docs/verify.md describes it. Everything that is wrong with it is said at once.</summary>
public static class VerifyFile
{
    private const string Code = "INVALID_VERIFY_FILE";

    private const int LargestFile = 4 * 1024 * 1024;

    private static readonly string[] Members = ["config", "resources", "options", "skip", "variables"];
    private static readonly string[] FixtureMembers = ["config", "update", "requires"];
    private static readonly string[] OptionMembers = ["start_timeout_seconds", "call_timeout_seconds", "total_timeout_seconds"];

    /// <param name="options">What the command line said already.</param>
    /// <returns>Null when there are diagnostics.</returns>
    public static (VerifyOptions? Options, IReadOnlyList<Diagnostic> Diagnostics) Read(string path, VerifyOptions options)
    {
        JsonNode? root;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LargestFile)
            {
                return (null, [Fault($"{path} is larger than {LargestFile / 1024 / 1024} MiB", "Is it the right file?")]);
            }

            root = JsonNode.Parse(file, documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false });
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, [Fault($"{path} cannot be read", unreadable.Message)]);
        }
        catch (JsonException malformed)
        {
            return (null, [Fault($"{path} is not JSON", malformed.Message)]);
        }

        var faults = new List<Diagnostic>();
        if (root is not JsonObject document)
        {
            return (null, [Fault($"{path} is not a JSON object", "It has the members config, resources, options, skip and variables.")]);
        }

        Known(document, "", Members, faults);
        var read = options with
        {
            Config = document.ContainsKey("config") ? Configuration(Object(document, "config", faults), faults) : null,
            Fixtures = Fixtures(Object(document, "resources", faults), faults),
            Skip = Texts(document, "skip", "a reason", faults),
            Variables = Texts(document, "variables", "a value", faults),
        };
        var limits = Object(document, "options", faults);
        Known(limits, "options.", OptionMembers, faults);
        read = read with
        {
            StartTimeout = Seconds(limits, OptionMembers[0], read.StartTimeout, faults),
            CallTimeout = Seconds(limits, OptionMembers[1], read.CallTimeout, faults),
            TotalTimeout = Seconds(limits, OptionMembers[2], read.TotalTimeout, faults),
        };
        return faults.Count > 0 ? (null, faults) : (read, []);
    }

    /// <summary>A text that is <c>${NAME}</c> stands for a variable of the environment, so that no password need be in the file.</summary>
    private static JsonObject Configuration(JsonObject config, List<Diagnostic> faults) => (JsonObject)Json.MapTexts(config, text =>
    {
        if (!text.StartsWith("${", StringComparison.Ordinal) || !text.EndsWith('}'))
        {
            return text;
        }

        if (Environment.GetEnvironmentVariable(text[2..^1]) is { } value)
        {
            return value;
        }

        faults.Add(Fault($"The variable {text[2..^1]} is not set", "config refers to it: set it in the environment of this command."));
        return text;
    })!;

    private static Dictionary<string, Fixture> Fixtures(JsonObject resources, List<Diagnostic> faults)
    {
        var fixtures = new Dictionary<string, Fixture>(StringComparer.Ordinal);
        foreach (var (type, value) in resources)
        {
            var place = $"resources.{type}.";
            if (value is not JsonObject fixture)
            {
                faults.Add(Fault($"resources.{type} is not an object", "It has the member config, and may have update and requires."));
                continue;
            }

            Known(fixture, place, FixtureMembers, faults);
            if (fixture["config"] is not JsonObject config)
            {
                faults.Add(Fault($"{place}config is not an object", "It is a configuration of this type that is valid."));
                continue;
            }

            fixtures[type] = new Fixture
            {
                Config = config,
                Update = fixture.ContainsKey("update") ? Object(fixture, "update", faults, place) : null,
                Requires = [.. Object(fixture, "requires", faults, place).Select(r => Required(r.Key, r.Value, place, faults)).OfType<RequiredResource>()],
            };
        }

        return fixtures;
    }

    private static RequiredResource? Required(string label, JsonNode? value, string place, List<Diagnostic> faults)
    {
        if (value.Text("type") is { } type)
        {
            return new RequiredResource(label, type, value.Object("config"));
        }

        faults.Add(Fault($"{place}requires.{label} has no type", "It is {\"type\": …, \"config\": …}."));
        return null;
    }

    private static void Known(JsonObject value, string place, string[] known, List<Diagnostic> faults) => faults.AddRange(value
        .Where(m => !known.Contains(m.Key))
        .Select(m => Fault($"Nobody knows {place}{m.Key}", $"There are {string.Join(", ", known)}.")));

    private static JsonObject Object(JsonObject parent, string name, List<Diagnostic> faults, string place = "")
    {
        if (!parent.TryGetPropertyValue(name, out var value))
        {
            return [];
        }

        if (value is JsonObject found)
        {
            return found;
        }

        faults.Add(Fault($"{place}{name} is not an object", "Write it between braces."));
        return [];
    }

    private static Dictionary<string, string> Texts(JsonObject parent, string name, string what, List<Diagnostic> faults)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Object(parent, name, faults))
        {
            if (value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Trim().Length > 0)
            {
                texts[key] = value.GetValue<string>();
            }
            else
            {
                faults.Add(Fault($"{name}.{key} is not a text", $"It is {what}."));
            }
        }

        return texts;
    }

    private static TimeSpan Seconds(JsonObject limits, string name, TimeSpan otherwise, List<Diagnostic> faults)
    {
        if (!limits.ContainsKey(name))
        {
            return otherwise;
        }

        if (limits.Number(name) is { } seconds and >= 0.1m and <= 3600)
        {
            return TimeSpan.FromSeconds((double)seconds);
        }

        faults.Add(Fault($"options.{name} is not a number of seconds", "From 0.1 to 3600."));
        return otherwise;
    }

    private static Diagnostic Fault(string summary, string detail) => Diagnostic.Error(Code, summary, detail);
}
