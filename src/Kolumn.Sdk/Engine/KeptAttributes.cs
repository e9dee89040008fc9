using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Engine;

/// <summary>Attributes that stay as the database has them while a config leaves them out (<see cref="IKeepingHandler"/>).</summary>
internal static class KeptAttributes
{
    /// <param name="desired">Not changed; it is returned itself where nothing has to be filled in.</param>
    /// <param name="asked">What the config describes: what is missing here is left to the database.</param>
    public static JsonObject Complete(JsonObject desired, JsonObject asked, JsonObject actual, IKeepingHandler handler)
    {
        var completed = desired;
        foreach (var attribute in handler.KeptBy(asked))
        {
            if (asked[attribute] is null && !JsonNode.DeepEquals(desired[attribute], actual[attribute]))
            {
                completed = completed == desired ? (JsonObject)desired.DeepClone() : completed;
                completed[attribute] = actual[attribute]?.DeepClone();
            }
        }

        return completed;
    }
}
