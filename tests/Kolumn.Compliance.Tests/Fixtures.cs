using System.Text.Json.Nodes;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The configurations that come with the examples, with the database of a test in them.</summary>
internal static class Fixtures
{
    /// <param name="password">Whether the configuration has one, for a provider that thinks that it takes one.</param>
    public static string Sqlite(string database, bool password)
    {
        var config = new JsonObject { ["database"] = database };
        if (password)
        {
            config["password"] = "the-password-of-the-author";
        }

        return Read("sqlite.json", config);
    }

    /// <param name="url">Of the database postgres: from there everything is discovered, and nothing is to be left out.</param>
    public static string Postgres(string url) => Read("postgres.json", new JsonObject { ["url"] = url }, document => document.Remove("skip"));

    public static string MySql(string url) => Read("mysql.json", new JsonObject { ["url"] = url });

    private static string Read(string name, JsonObject config, Action<JsonObject>? change = null)
    {
        var document = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples", "verify", name)))!;
        document["config"] = config;
        change?.Invoke(document);
        return document.ToJsonString();
    }
}
