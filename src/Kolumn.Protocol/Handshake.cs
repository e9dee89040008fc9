using System.Globalization;
using System.Net;

namespace Kolumn.Protocol;

/// <summary>
/// The one line with which a provider tells its host where it listens, compatible with hashicorp/go-plugin:
/// <c>1|1|tcp|127.0.0.1:12345|grpc|base64 certificate</c>.
/// </summary>
public sealed record Handshake
{
    public const int CoreVersion = 1;

    /// <summary>The longest line a host reads before it gives up on a provider: a certificate needs about 700 characters.</summary>
    public const int MaxLineLength = 16 * 1024;

    /// <summary>One of the versions that the host offered in <see cref="HandshakeEnvironment.ProtocolVersions"/>.</summary>
    public required int AppVersion { get; init; }

    /// <summary><c>tcp</c> or <c>unix</c>.</summary>
    public required string Network { get; init; }

    /// <summary><c>127.0.0.1:port</c>, <c>[::1]:port</c> or an absolute socket path.</summary>
    public required string Address { get; init; }

    /// <summary>The server certificate's DER bytes; empty without TLS.</summary>
    public byte[] Certificate { get; init; } = [];

    /// <summary>The line without its line break. The certificate is written without padding, as go-plugin does.</summary>
    public string Format() => string.Create(
        CultureInfo.InvariantCulture,
        $"{CoreVersion}|{AppVersion}|{Network}|{Address}|grpc|{Convert.ToBase64String(Certificate).TrimEnd('=')}");

    /// <summary>Whether the line claims to be a handshake at all; anything else before it is noise on stdout.</summary>
    public static bool LooksLikeOne(string line)
    {
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        return bar is > 0 and <= 10 && int.TryParse(line.AsSpan(0, bar), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>Reads a handshake line; null with <paramref name="fault"/> saying what is wrong with it.</summary>
    /// <param name="line">Without its line break.</param>
    /// <param name="socketDirectory">The directory made for this provider, in which its socket has to be.</param>
    /// <param name="fault">What the line violates, for a provider's author to read.</param>
    public static Handshake? Parse(string line, string? socketDirectory, out string fault)
    {
        fault = "";
        var text = line.TrimEnd('\r');
        if (text.Any(char.IsControl))
        {
            // .NET's parsing of numbers, and so of ports, overlooks a NUL at the end.
            return Refuse("it holds control characters", out fault);
        }

        var fields = text.Split('|');
        if (fields.Length is < 5 or > 7)
        {
            return Refuse($"it has {fields.Length} fields separated by '|' where 5 to 7 are expected", out fault);
        }

        if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var core) || core != CoreVersion)
        {
            return Refuse($"its core protocol version is '{Shorten(fields[0])}' where {CoreVersion} is expected", out fault);
        }

        if (!int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var app))
        {
            return Refuse($"its application protocol version '{Shorten(fields[1])}' is not a number", out fault);
        }

        if (fields[4] != "grpc")
        {
            return Refuse($"its protocol is '{Shorten(fields[4])}' where 'grpc' is expected", out fault);
        }

        if (AddressFault(fields[2], fields[3], socketDirectory) is { } addressFault)
        {
            return Refuse(addressFault, out fault);
        }

        var certificate = fields.Length > 5 ? DecodeCertificate(fields[5]) : [];
        return certificate is null
            ? Refuse("its certificate is not base64", out fault)
            : new Handshake { AppVersion = app, Network = fields[2], Address = fields[3], Certificate = certificate };
    }

    private static string? AddressFault(string network, string address, string? socketDirectory)
    {
        switch (network)
        {
            case "tcp":
                return IPEndPoint.TryParse(address, out var endpoint) && endpoint.Port > 0 && address.Contains(':', StringComparison.Ordinal)
                    ? IPAddress.IsLoopback(endpoint.Address) ? null : $"it listens on {Shorten(address)}, which is not a loopback address"
                    : $"its address '{Shorten(address)}' is not an IP address and a port from 1 to 65535";
            case "unix":
                var limit = OperatingSystem.IsMacOS() ? 103 : 107;
                return !Path.IsPathFullyQualified(address) ? $"its socket path '{Shorten(address)}' is not absolute"
                    : System.Text.Encoding.UTF8.GetByteCount(address) > limit ? $"its socket path is longer than the {limit} bytes that the system allows"
                    : socketDirectory is not null && !IsInside(address, socketDirectory) ? $"its socket '{Shorten(address)}' is outside the directory it was given"
                    : null;
            default:
                return $"its network is '{Shorten(network)}' where 'tcp' or 'unix' is expected";
        }
    }

    private static bool IsInside(string path, string directory) =>
        Path.GetFullPath(path).StartsWith(Path.GetFullPath(directory).TrimEnd('/') + '/', StringComparison.Ordinal);

    // Padding is tolerated: some libraries of other languages cannot leave it out.
    private static byte[]? DecodeCertificate(string text)
    {
        var unpadded = text.TrimEnd('=', ' ');
        var buffer = new byte[(unpadded.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(unpadded + new string('=', (4 - (unpadded.Length % 4)) % 4), buffer, out var length)
            ? buffer[..length]
            : null;
    }

    private static Handshake? Refuse(string why, out string fault)
    {
        fault = why;
        return null;
    }

    private static string Shorten(string text) =>
        new([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
}

/// <summary>The environment through which a host speaks to a provider before there is a connection.</summary>
public static class HandshakeEnvironment
{
    /// <summary>The cookie: without it the executable was started by a person, not by a host.</summary>
    public const string CookieName = "KOLUMN_PLUGIN";

    public const string CookieValue = "kolumn-provider-plugin";

    /// <summary>The application protocol versions the host speaks, separated by commas.</summary>
    public const string ProtocolVersions = "PLUGIN_PROTOCOL_VERSIONS";

    public const string MinPort = "PLUGIN_MIN_PORT";

    public const string MaxPort = "PLUGIN_MAX_PORT";

    /// <summary>The host's one-shot certificate in PEM; present when mutual TLS is on.</summary>
    public const string ClientCertificate = "PLUGIN_CLIENT_CERT";

    /// <summary>A fresh directory that only the host's user may enter, for the provider's socket.</summary>
    public const string SocketDirectory = "PLUGIN_UNIX_SOCKET_DIR";

    /// <summary><c>tcp</c> or <c>unix</c>: the host's wish.</summary>
    public const string Transport = "KOLUMN_PLUGIN_TRANSPORT";
}
