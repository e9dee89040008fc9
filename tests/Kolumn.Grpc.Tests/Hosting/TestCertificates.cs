using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>Self-signed certificates like those of host and provider: P-256, localhost, both usages.</summary>
internal static class TestCertificates
{
    public static X509Certificate2 Server { get; } = Create();

    public static X509Certificate2 Client { get; } = Create();

    public static X509Certificate2 Stranger { get; } = Create();

    /// <summary>Whether both are the same certificate, byte by byte.</summary>
    public static bool AreSame(X509Certificate? one, X509Certificate other) =>
        one is not null && one.GetRawCertData().AsSpan().SequenceEqual(other.GetRawCertData());

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }
}
