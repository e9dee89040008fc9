using System.Text.RegularExpressions;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk;

/// <summary>
/// The last thing every error, diagnostic and log text passes on its way out of a provider. It takes out the configured
/// secrets, wherever they stand and however they are escaped in a URL, and whatever looks like a password in a connection
/// string, a URL or a token. The result is what specification section 9.1 asks of an error. Safe for concurrent use.
/// </summary>
public sealed partial class SecretScrubber
{
    /// <summary>A shorter secret is taken out only where it stands as a word: otherwise it would riddle every text.</summary>
    private const int ShortLength = 4;

    private readonly Lock _gate = new();
    private volatile Secret[] _secrets = [];

    /// <summary>From now on these values are taken out. Disposing a secret ends that.</summary>
    public void Learn(IEnumerable<Secret> secrets)
    {
        lock (_gate)
        {
            _secrets = [.. _secrets.Where(s => s.Characters.Length > 0), .. secrets.Where(s => s.Characters.Length > 0)];
        }
    }

    public string Scrub(string text)
    {
        foreach (var secret in _secrets)
        {
            text = Remove(text, secret);
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            text = UrlPassword().Replace(text, "$1" + Secret.Redacted + "@");
        }

        if (text.Contains('=', StringComparison.Ordinal))
        {
            text = ConnectionStringPart().Replace(text, "$1" + Secret.Redacted);
        }

        return Token().Replace(text, Secret.Redacted);
    }

    public Diagnostic Scrub(Diagnostic diagnostic) => diagnostic with
    {
        Summary = Scrub(diagnostic.Summary),
        Detail = diagnostic.Detail is { } detail ? Scrub(detail) : null,
    };

    /// <summary>The envelope's texts scrubbed; what the function answers beside them is left as it is.</summary>
    internal T Scrub<T>(T envelope)
        where T : Envelope => envelope.Success && envelope.Diagnostics is null && envelope.Warnings is null
            ? envelope
            : (T)(envelope with
            {
                Error = envelope.Error is { } error ? Scrub(error) : null,
                Warnings = envelope.Warnings?.Select(Scrub).ToList(),
                Diagnostics = envelope.Diagnostics?.Select(Scrub).ToList(),
            });

    private static string Remove(string text, Secret secret)
    {
        var characters = secret.Characters;
        if (characters.Length == 0 || text.Length < characters.Length)
        {
            return text;
        }

        if (text.AsSpan().IndexOf(characters) >= 0)
        {
            var plain = characters.ToString();
            text = characters.Length < ShortLength
                ? Regex.Replace(text, $@"(?<!\w){Regex.Escape(plain)}(?!\w)", Secret.Redacted, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
                : text.Replace(plain, Secret.Redacted, StringComparison.Ordinal);
        }

        if (text.Contains('%', StringComparison.Ordinal) && Uri.EscapeDataString(characters) is var escaped && escaped.Length >= ShortLength)
        {
            text = text.Replace(escaped, Secret.Redacted, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://[^\s:/@""']*:)[^\s@/""']+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(\b(?:password|passwd|passphrase|pwd|secret|token|api[_ -]?key|access[_ -]?key|sslpassword)\s*=\s*)(?:""[^""]*""?|'[^']*'?|[^\s;,&]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ConnectionStringPart();

    [GeneratedRegex(@"\b(?:sk|token)-[A-Za-z0-9_-]{8,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();
}
