using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Sdk.Testing;

/// <summary>
/// Resources of a test, written as JSON beside it: an array of <c>{"type", "name", "config": {…}, "depends_on": [addresses]}</c>, in
/// which comments and trailing commas are allowed.
/// </summary>
public static class JsonFixture
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="FormatException">The file is no such array; the message names file and place.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<IReadOnlyList<DesiredResource>> LoadAsync(string path, CancellationToken cancellationToken) =>
        Parse(await File.ReadAllTextAsync(path, cancellationToken), path);

    /// <param name="source">What the text is called in messages.</param>
    /// <exception cref="FormatException">The text is no such array.</exception>
    public static IReadOnlyList<DesiredResource> Parse(string json, string source)
    {
        JsonNode? document;
        try
        {
            document = JsonNode.Parse(json, documentOptions: Lenient);
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"{source}:{malformed.LineNumber + 1}: {malformed.Message}", malformed);
        }

        return document is JsonArray resources
            ? [.. resources.Select((resource, index) => Read(resource, $"{source}, element {index}"))]
            : throw new FormatException($"{source}: an array of resources is expected.");
    }

    private static DesiredResource Read(JsonNode? element, string place)
    {
        if (element is not JsonObject resource)
        {
            throw new FormatException($"{place}: an object is expected.");
        }

        if (resource.Select(m => m.Key).Except(["type", "name", "config", "depends_on"]).ToList() is { Count: > 0 } unknown)
        {
            throw new FormatException($"{place}: \"{unknown[0]}\" is none of type, name, config, depends_on.");
        }

        return new DesiredResource
        {
            Type = Text(resource["type"], "type", place),
            Name = Text(resource["name"], "name", place),
            Config = resource["config"] switch
            {
                null => [],
                JsonObject config => (JsonObject)config.DeepClone(),
                _ => throw new FormatException($"{place}: config is an object."),
            },
            DependsOn = resource["depends_on"] switch
            {
                null => [],
                JsonArray addresses => [.. addresses.Select(address => Text(address, "depends_on", place))],
                _ => throw new FormatException($"{place}: depends_on is an array."),
            },
        };
    }

    private static string Text(JsonNode? node, string member, string place) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw new FormatException($"{place}: {member} holds no text.");
}
