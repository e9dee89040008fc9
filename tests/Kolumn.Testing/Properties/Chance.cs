using System.Text.Json.Nodes;

namespace Kolumn.Testing.Properties;

/// <summary>Decisions that a seed makes.</summary>
public sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    public int Below(int limit) => _random.Next(limit);

    public bool OneIn(int cases) => _random.Next(cases) == 0;

    public T Pick<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    /// <summary>Some of the values, at least one, in their order.</summary>
    public IReadOnlyList<T> Some<T>(IReadOnlyList<T> values, int atMost)
    {
        var chosen = Enumerable.Range(0, values.Count).ToArray();
        _random.Shuffle(chosen);
        return [.. chosen.Take(1 + _random.Next(Math.Min(atMost, values.Count))).Order().Select(at => values[at])];
    }

    /// <summary>Gives the configuration an attribute once in so many cases.</summary>
    public JsonObject Maybe(JsonObject config, string attribute, JsonNode value, int cases)
    {
        if (OneIn(cases))
        {
            config[attribute] = value;
        }

        return config;
    }

    public static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);
}
