using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;

namespace Kolumn.Compliance.Fixtures;

/// <summary>Whether two states tell of the same thing. What a provider computes may change by itself, and what begins with an underscore is its own business.</summary>
internal static class StateComparison
{
    /// <returns>Null when they do; otherwise the first difference.</returns>
    public static string? Difference(TypeFacts type, JsonObject? one, JsonObject? other)
    {
        if (one is null || other is null)
        {
            return one is null && other is null ? null : "one of the two is missing";
        }

        foreach (var name in one.Select(m => m.Key).Union(other.Select(m => m.Key)).Where(n => !IsOwn(type, n)))
        {
            if (!Json.Same(one.At(name), other.At(name)))
            {
                return $"{name} is {Json.Excerpt(one.At(name).Write())} and {Json.Excerpt(other.At(name).Write())}";
            }
        }

        return null;
    }

    private static bool IsOwn(TypeFacts type, string name) =>
        name.StartsWith('_') || (type.State.GetValueOrDefault(name) ?? type.Config.GetValueOrDefault(name)) is { } attribute && (attribute.Flag("computed") == true || attribute.Flag("sensitive") == true);
}
