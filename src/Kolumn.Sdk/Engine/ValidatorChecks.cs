using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// The four validators of specification section 7.3. A pattern comes from a provider's author and a value from anybody, so
/// patterns run in linear time, and <c>$</c> at their end means the end as it does in the other languages' libraries.
/// </summary>
internal sealed class ValidatorChecks
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Regex> _patterns = new(StringComparer.Ordinal);

    /// <summary>What <paramref name="value"/> violates; null when nothing. A validator that does not apply to the value's type is content.</summary>
    public (string Summary, string? Detail)? FaultOf(JsonNode value, ValidatorSpec validator)
    {
        var own = validator.Message.Length == 0 ? null : validator.Message;
        switch (validator.Type)
        {
            case "regex" when value.GetValueKind() == JsonValueKind.String:
                return Matches(value.GetValue<string>(), validator.Value!.GetValue<string>())
                    ? null
                    : (own ?? $"the value does not match {validator.Value}", own is null ? null : $"It must match {validator.Value}.");
            case "enum":
                var allowed = validator.Value!.AsArray();
                return allowed.Any(a => CanonicalJson.AreEqual(a, value)) ? null : NotAmong(value, allowed, own);
            case "range" when value.GetValueKind() == JsonValueKind.Number:
                return Outside(ToDouble(value), validator.Value!.AsObject(), own, "the value");
            case "length" when LengthOf(value) is { } length:
                return Outside(length, validator.Value!.AsObject(), own, value is JsonArray or JsonObject ? "the number of elements" : "the number of characters");
            default:
                return null;
        }
    }

    /// <summary>Why a provider's author cannot have meant this validator; null when it is sound.</summary>
    public static string? DefinitionFaultOf(ValidatorSpec validator)
    {
        switch (validator.Type)
        {
            case "regex":
                try
                {
                    _ = Compile(validator.Value?.GetValueKind() == JsonValueKind.String ? validator.Value.GetValue<string>() : throw new ArgumentException("its value is not a string"));
                    return null;
                }
                catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
                {
                    return $"its pattern cannot be used: {fault.Message}";
                }

            case "enum":
                return validator.Value is JsonArray { Count: > 0 } ? null : "its value is not a list of allowed values";
            case "range" or "length":
                return validator.Value is JsonObject bounds
                    && (bounds["min"] is not null || bounds["max"] is not null)
                    && bounds.All(b => b.Key is "min" or "max" && (b.Value is null || b.Value.GetValueKind() == JsonValueKind.Number))
                    ? null
                    : "its value is not {min?, max?} with numbers";
            default:
                return $"there is no validator \"{validator.Type}\": regex, enum, range and length exist";
        }
    }

    private bool Matches(string text, string pattern)
    {
        try
        {
            return _patterns.GetOrAdd(pattern, Compile).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static Regex Compile(string pattern)
    {
        var backslashes = pattern.Length - 1 - pattern.AsSpan(0, Math.Max(0, pattern.Length - 1)).TrimEnd('\\').Length;
        var anchored = pattern.EndsWith('$') && backslashes % 2 == 0 ? pattern[..^1] + @"\z" : pattern;
        return new Regex(anchored, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);
    }

    private static (string, string?) NotAmong(JsonNode value, JsonArray allowed, string? own)
    {
        var words = allowed.Select(a => a?.ToJsonString() ?? "null").ToList();
        var near = NearestName.Among(allowed.Select(Text), Text(value));
        var meant = allowed.FirstOrDefault(a => Text(a) == near)?.ToJsonString();
        return (own ?? "the value is not one of those allowed", (meant is null ? "" : $"Did you mean {meant}? ") + $"Allowed: {string.Join(", ", words)}.");

        // Quotes are no letters of a name.
        static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node?.ToJsonString() ?? "null";
    }

    private static (string, string?)? Outside(double value, JsonObject bounds, string? own, string subject)
    {
        var (min, max) = (bounds["min"], bounds["max"]);
        var outside = (min is not null && value < ToDouble(min)) || (max is not null && value > ToDouble(max));
        if (!outside)
        {
            return null;
        }

        var limits = (min, max) switch
        {
            (null, _) => $"at most {max}",
            (_, null) => $"at least {min}",
            _ => $"between {min} and {max}",
        };
        var measured = value.ToString(CultureInfo.InvariantCulture);
        return (own ?? $"{subject} is {measured}, which is not {limits}", own is null ? null : $"It is {measured} and must be {limits}.");
    }

    private static int? LengthOf(JsonNode value) => value switch
    {
        JsonArray elements => elements.Count,
        JsonObject members => members.Count,
        _ => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>().Length : null,
    };

    private static double ToDouble(JsonNode number) => double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture);
}
