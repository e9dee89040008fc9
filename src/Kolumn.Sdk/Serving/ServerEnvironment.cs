using System.Globalization;
using System.Security.Cryptography;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Serving;

/// <summary>What the host asks for through the environment: docs/protocol.md, "Handshake".</summary>
internal sealed record ServerEnvironment
{
    /// <summary>The highest version that both sides speak; this side's lowest where there is none, for the host to refuse.</summary>
    public required int ProtocolVersion { get; init; }

    /// <summary>The directory for a socket; null serves a TCP port.</summary>
    public string? SocketDirectory { get; init; }

    /// <summary>Both 0 let the system choose.</summary>
    public required (int Min, int Max) Ports { get; init; }

    /// <summary>The DER bytes of the one certificate that may connect; null serves without TLS.</summary>
    public byte[]? ClientCertificate { get; init; }

    public static bool HasCookie(Func<string, string?> lookUp) => lookUp(HandshakeEnvironment.CookieName) == HandshakeEnvironment.CookieValue;

    /// <exception cref="FormatException">A variable holds something that it cannot.</exception>
    public static ServerEnvironment Read(Func<string, string?> lookUp)
    {
        var (min, max) = (PortOf(HandshakeEnvironment.MinPort, lookUp), PortOf(HandshakeEnvironment.MaxPort, lookUp));
        var directory = lookUp(HandshakeEnvironment.SocketDirectory);
        var wantsSocket = lookUp(HandshakeEnvironment.Transport) == "unix" && !string.IsNullOrEmpty(directory) && Directory.Exists(directory);
        return new ServerEnvironment
        {
            ProtocolVersion = ProtocolVersions.Answer(lookUp(HandshakeEnvironment.ProtocolVersions), ProtocolVersions.Spoken),
            SocketDirectory = wantsSocket ? directory : null,
            Ports = min <= max ? (min, max) : throw new FormatException($"{HandshakeEnvironment.MinPort} {min} is above {HandshakeEnvironment.MaxPort} {max}."),
            ClientCertificate = CertificateOf(lookUp(HandshakeEnvironment.ClientCertificate)),
        };
    }

    private static int PortOf(string name, Func<string, string?> lookUp)
    {
        var text = lookUp(name);
        return string.IsNullOrEmpty(text) ? 0
            : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port
            : throw new FormatException($"{name} is not a port.");
    }

    private static byte[]? CertificateOf(string? pem)
    {
        if (string.IsNullOrWhiteSpace(pem))
        {
            return null;
        }

        return PemEncoding.TryFind(pem, out var fields) && pem.AsSpan()[fields.Label] is "CERTIFICATE"
            ? Convert.FromBase64String(pem[fields.Base64Data])
            : throw new FormatException($"{HandshakeEnvironment.ClientCertificate} is not a certificate in PEM.");
    }
}
