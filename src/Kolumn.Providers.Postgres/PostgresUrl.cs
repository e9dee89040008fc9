using System.Globalization;
using Kolumn.Protocol;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres;

/// <summary>
/// The parts of <c>postgres://user:password@host:port/database?sslmode=…</c>: PostgreSQL manual, section 34.1.1.2. A socket's
/// directory stands percent-encoded as the host or as the parameter <c>host</c>.
/// </summary>
internal sealed record PostgresUrl(string? Host, int? Port, string? Database, string? Username, string? Password, string? SslMode)
{
    /// <exception cref="ProviderException">It is not such a URL. The message does not repeat it, since it may hold a password.</exception>
    public static PostgresUrl Parse(string url)
    {
        // 1. scheme://authority/database?parameters. Not System.Uri: it has no place for an encoded directory as a host.
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || url[..scheme] is not ("postgres" or "postgresql"))
        {
            throw Malformed("it does not start with postgres:// or postgresql://");
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
        return new PostgresUrl(
            parameters.GetValueOrDefault("host") ?? Decode(host),
            PortOf(parameters.GetValueOrDefault("port") ?? port),
            parameters.GetValueOrDefault("dbname") ?? Decode(database),
            parameters.GetValueOrDefault("user") ?? Decode(username),
            parameters.GetValueOrDefault("password") ?? Decode(password),
            parameters.GetValueOrDefault("sslmode"));
    }

    /// <summary>Shows no password.</summary>
    public override string ToString() => $"postgres://{Username}@{Host}:{Port}/{Database}";

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

    private static int? PortOf(string? text) => string.IsNullOrEmpty(text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port
        : throw Malformed("its port is not a number from 1 to 65535");

    private static (string Before, string? After) Divide(string text, char by)
    {
        var at = text.IndexOf(by, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static string? Decode(string? text) => string.IsNullOrEmpty(text) ? null : Uri.UnescapeDataString(text);

    private static ProviderException Malformed(string why) => new(Diagnostic.Error(
        DiagnosticCodes.InvalidValue, $"The url is not a PostgreSQL URL: {why}", "Write postgres://user:password@host:port/database, or the single attributes instead.") with
    {
        Attribute = AttributePath.Of("url"),
    });
}
