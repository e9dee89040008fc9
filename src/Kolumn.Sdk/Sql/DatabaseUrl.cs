using System.Globalization;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Sql;

/// <summary>
/// The parts of <c>postgres://user:password@host:port/database?sslmode=…</c>: PostgreSQL manual, section 34.1.1.2, and what others have made after it. A socket's
/// place stands percent-encoded as the host or as the parameter <c>host</c>.
/// </summary>
public sealed record DatabaseUrl(string? Host, int? Port, string? Database, string? Username, string? Password, string? SslMode)
{
    /// <param name="product">For messages: <c>PostgreSQL</c>.</param>
    /// <param name="schemes">What it may begin with; the first is the usual one.</param>
    /// <exception cref="ProviderException">It is not such a URL. The message does not repeat it, since it may hold a password.</exception>
    public static DatabaseUrl Parse(string url, string product, params IReadOnlyList<string> schemes)
    {
        // 1. scheme://authority/database?parameters. Not System.Uri: it has no place for an encoded directory as a host.
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || !schemes.Contains(url[..scheme]))
        {
            throw Malformed($"it does not start with {string.Join(" or ", schemes.Select(known => known + "://"))}");
        }

        var rest = url[(scheme + 3)..];
        var (beforeQuery, query) = Divide(rest, '?');
        var (authority, database) = Divide(beforeQuery, '/');

        // 2. A password may hold '@' when its author forgot to encode it: the last one divides.
        var at = authority.LastIndexOf('@');
        var (username, password) = at < 0 ? (null, null) : Divide(authority[..at], ':');
        var (host, port) = DivideHost(authority[(at + 1)..]);

        var parameters = (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(parameter => Divide(parameter, '='))
            .GroupBy(parameter => Decode(parameter.Before), parameter => Decode(parameter.After), StringComparer.Ordinal)
            .ToDictionary(group => group.Key ?? "", group => group.Last(), StringComparer.Ordinal);
        return new DatabaseUrl(
            parameters.GetValueOrDefault("host") ?? Decode(host),
            PortOf(parameters.GetValueOrDefault("port") ?? port),
            parameters.GetValueOrDefault("dbname") ?? Decode(database),
            parameters.GetValueOrDefault("user") ?? Decode(username),
            parameters.GetValueOrDefault("password") ?? Decode(password),
            parameters.GetValueOrDefault("sslmode") ?? parameters.GetValueOrDefault("ssl_mode"));

        ProviderException Malformed(string why) => new(Diagnostic.Error(
            DiagnosticCodes.InvalidValue, $"The url is not a {product} URL: {why}", $"Write {schemes[0]}://user:password@host:port/database, or the single attributes instead.") with
        {
            Attribute = AttributePath.Of("url"),
        });

        int? PortOf(string? text) => string.IsNullOrEmpty(text) ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number
            : throw Malformed("its port is not a number from 1 to 65535");
    }

    /// <summary>Shows no password.</summary>
    public override string ToString() => $"{Username}@{Host}:{Port}/{Database}";

    private static (string Host, string? Port) DivideHost(string authority)
    {
        // [::1]:5432
        var close = authority.IndexOf(']', StringComparison.Ordinal);
        if (authority.StartsWith('[') && close > 0)
        {
            return (authority[1..close], authority[(close + 1)..].TrimStart(':'));
        }

        return Divide(authority, ':');
    }

    private static (string Before, string? After) Divide(string text, char by)
    {
        var at = text.IndexOf(by, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static string? Decode(string? text) => string.IsNullOrEmpty(text) ? null : Uri.UnescapeDataString(text);
}
