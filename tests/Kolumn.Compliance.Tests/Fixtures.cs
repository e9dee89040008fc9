using System.Text.Json.Nodes;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The configurations that come with the examples, with the database of a test in them.</summary>
internal static class Fixtures
{
    public static string Sqlite(string database) => Read("sqlite.json", new JsonObject { ["database"] = database });

    private static string Read(string name, JsonObject config)
    {
        var document = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples", "verify", name)))!;
        document["config"] = config;
        return document.ToJsonString();
    }
}
