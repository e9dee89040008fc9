using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.Compliance.Probing;

/// <summary>
/// What must not be seen anywhere. Most of it is made up here, so that it cannot occur by accident; of the author's own configuration only what is long enough,
/// and no part of anything that is no secret, is looked for.
/// </summary>
internal sealed class Secrets
{
    private const int ShortestOfTheAuthor = 8;

    private static readonly string[] Words = ["password", "passwd", "secret", "token", "credential", "private_key", "api_key", "access_key", "passphrase"];

    private volatile string[] _values = [];

    /// <summary>Whether an attribute of that name holds a secret, whatever its schema says.</summary>
    public static bool IsNamed(string attribute) => Words.Any(w => attribute.Contains(w, StringComparison.OrdinalIgnoreCase));

    public string Invent()
    {
        var secret = $"Kv9-{Guid.NewGuid():N}";
        _values = [.. _values, secret];
        return secret;
    }

    public void Learn(JsonObject config, Func<string, bool> isSensitive)
    {
        var plain = config.Where(m => !IsSecret(m.Key)).SelectMany(m => Json.AllTexts(m.Value)).ToList();
        _values =
        [
            .. _values,
            .. config.Where(m => IsSecret(m.Key) && m.Value?.GetValueKind() == JsonValueKind.String).Select(m => m.Value!.GetValue<string>())
                .Where(s => s.Length >= ShortestOfTheAuthor && !plain.Exists(p => p.Contains(s, StringComparison.Ordinal))),
        ];

        bool IsSecret(string name) => IsNamed(name) || isSensitive(name);
    }

    public bool IsIn(string text) => Array.Exists(_values, v => text.Contains(v, StringComparison.Ordinal));

    /// <summary>For a report, which must not be the one that tells.</summary>
    public string Hide(string text) => _values.Aggregate(text, (hidden, v) => hidden.Replace(v, "(secret)", StringComparison.Ordinal));
}
