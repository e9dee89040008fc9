using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Host.Supervision;

/// <summary>
/// Takes a configuration's secrets out of whatever the host writes down about a provider. A value is a secret when the schema
/// marks its attribute sensitive or when the attribute's name says so; user information in URLs always is.
/// </summary>
internal sealed class SecretScrubber
{
    public const string Replacement = "(sensitive)";

    // A shorter secret would take single letters out of every sentence, and protects nothing.
    private const int ShortestSecret = 4;

    private static readonly string[] Words = ["password", "passwd", "secret", "token", "credential", "private_key", "api_key", "access_key", "passphrase"];

    private volatile string[] _secrets = [];

    public void Learn(JsonObject config, ObjectType? schema)
    {
        var found = new HashSet<string>(_secrets, StringComparer.Ordinal);
        foreach (var (name, value) in config)
        {
            var marked = schema?.Attributes.GetValueOrDefault(name)?.Sensitive ?? false;
            Collect(name, value, marked, found);
        }

        // The longest first: a secret may be the beginning of another one.
        _secrets = [.. found.OrderByDescending(s => s.Length)];
    }

    public string Scrub(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Replacement, StringComparison.Ordinal);
        }

        return text;
    }

    private static void Collect(string name, JsonNode? value, bool marked, HashSet<string> found)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (member, inner) in members)
                {
                    Collect(member, inner, marked, found);
                }

                break;
            case JsonArray elements:
                foreach (var element in elements)
                {
                    Collect(name, element, marked, found);
                }

                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                var text = scalar.GetValue<string>();
                if (marked || Words.Any(w => name.Contains(w, StringComparison.OrdinalIgnoreCase)))
                {
                    Add(text, found);
                }
                else if (PasswordOfUrl(text) is { } password)
                {
                    Add(password, found);
                    Add(Uri.UnescapeDataString(password), found);
                }

                break;
        }
    }

    private static string? PasswordOfUrl(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.LastIndexOf('@');
        var colon = end < 0 ? -1 : text.IndexOf(':', start + 3);
        return colon > 0 && colon < end ? text[(colon + 1)..end] : null;
    }

    private static void Add(string secret, HashSet<string> found)
    {
        if (secret.Length >= ShortestSecret)
        {
            found.Add(secret);
        }
    }
}
