using System.Collections;
using Kolumn.Protocol;

namespace Kolumn.Host.Launching;

/// <summary>The environment of a provider: what any program needs, what the options pass, what the handshake demands.</summary>
internal static class ProviderEnvironment
{
    /// <summary>Names the one process and its descendants: <see cref="LaunchRequest.Marker"/>.</summary>
    public const string MarkerName = "KOLUMN_PLUGIN_RUN";

    // Who the user is, where things lie, which language and time zone, which certificates to trust, how to reach the outside,
    // where traces and metrics go (OTEL_…). Windows' programs cannot even open a socket without SystemRoot.
    private static readonly string[] Basic =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
        "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles",
        "NUMBER_OF_PROCESSORS",
    ];

    private static readonly string[] BasicPrefixes = ["LC_", "DOTNET_ROOT", "OTEL_"];

    public static IReadOnlyDictionary<string, string> Build(
        HostOptions options, ProviderTransport transport, ScratchDirectory scratch, string marker, string? clientCertificate)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var passed = options.PassedVariables.ToHashSet(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (Basic.Contains(name, StringComparer.Ordinal) || passed.Contains(name)
                || BasicPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)))
            {
                result[name] = (string?)variable.Value ?? "";
            }
        }

        // Whatever a killed provider forgets to delete goes with its directory.
        foreach (var name in (string[])["TMPDIR", "TMP", "TEMP"])
        {
            result[name] = scratch.Temporary;
        }

        foreach (var (name, value) in options.Variables)
        {
            result[name] = value;
        }

        result[HandshakeEnvironment.CookieName] = HandshakeEnvironment.CookieValue;
        result[HandshakeEnvironment.ProtocolVersions] = ProtocolVersions.Offer(ProtocolVersions.Spoken);
        result[HandshakeEnvironment.MinPort] = "0";
        result[HandshakeEnvironment.MaxPort] = "0";
        result[HandshakeEnvironment.SocketDirectory] = scratch.Path;
        result[HandshakeEnvironment.Transport] = transport == ProviderTransport.Unix ? "unix" : "tcp";
        result[MarkerName] = marker;
        if (clientCertificate is not null)
        {
            result[HandshakeEnvironment.ClientCertificate] = clientCertificate;
        }

        return result;
    }
}
