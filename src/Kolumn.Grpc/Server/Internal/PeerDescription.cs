using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Who is at the other end of a call.</summary>
internal static class PeerDescription
{
    private const string CommonName = "x509_common_name";
    private const string AlternativeName = "x509_subject_alternative_name";

    /// <summary>The address in gRPC's notation (doc/naming.md): <c>ipv4:…</c>, <c>ipv6:[…]:…</c>, <c>unix:…</c>.</summary>
    public static string Describe(IFeatureCollection features)
    {
        var connection = features.Get<IHttpConnectionFeature>();
        if (connection?.RemoteIpAddress is { } address)
        {
            return address.AddressFamily == AddressFamily.InterNetworkV6
                ? $"ipv6:[{address}]:{connection.RemotePort}"
                : $"ipv4:{address}:{connection.RemotePort}";
        }

        return features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint is UnixDomainSocketEndPoint socket ? $"unix:{socket}" : "unknown";
    }

    /// <summary>The names in the client's certificate, which the connection verified; empty without one.</summary>
    public static AuthContext Authenticate(IFeatureCollection features)
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (features.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } certificate)
        {
            return new AuthContext(null, properties);
        }

        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(ip => ip.ToString())))
            .Select(name => Property(AlternativeName, name))
            .ToList();
        properties[CommonName] = [Property(CommonName, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))];
        if (alternatives.Count > 0)
        {
            properties[AlternativeName] = alternatives;
        }

        return new AuthContext(alternatives.Count > 0 ? AlternativeName : CommonName, properties);
    }

    private static AuthProperty Property(string name, string value) => AuthProperty.Create(name, Encoding.UTF8.GetBytes(value));
}
