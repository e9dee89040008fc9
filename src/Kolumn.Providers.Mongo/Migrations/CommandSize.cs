using System.Text.Json.Nodes;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>A command is a document of at most 16 MB: https://www.mongodb.com/docs/manual/reference/limits/.</summary>
internal static class CommandSize
{
    /// <summary>In characters of JSON, of which BSON takes fewer bytes than twice as many.</summary>
    private const int MaxCharacters = 4_000_000;

    private const int MaxCount = 10_000;

    /// <summary>Arrays that each fit into a command, in order. A document that is larger alone is alone.</summary>
    public static IEnumerable<JsonArray> Divide(IEnumerable<JsonObject> documents)
    {
        var (some, length) = (new JsonArray(), 0);
        foreach (var document in documents)
        {
            var more = document.ToJsonString().Length;
            if (some.Count > 0 && (length + more > MaxCharacters || some.Count == MaxCount))
            {
                yield return some;
                (some, length) = ([], 0);
            }

            some.Add((JsonNode)document);
            length += more;
        }

        if (some.Count > 0)
        {
            yield return some;
        }
    }
}
