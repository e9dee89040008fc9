using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kolumn.Protocol;

/// <summary>
/// The certificate with which one side of a provider connection shows itself to the other, made for one process and used by no
/// other: ECDSA P-256, self-signed, no CA, for <c>localhost</c>, good for both sides, which is what go-plugin's peers accept.
/// The other side compares it byte for byte.
/// </summary>
public static class OneShotCertificate
{
    // A clock that was set back, or a virtual machine that woke up, must not make a fresh certificate one of the future.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    /// <summary>With its private key. The first one of a process costs tens of milliseconds.</summary>
    public static X509Certificate2 Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Kolumn", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));

        // Server and client authentication: RFC 5280, section 4.2.1.12.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var certificate = request.CreateSelfSigned(now - Skew, now + Validity);
        return OperatingSystem.IsWindows() ? WithStoredKey(certificate) : certificate;
    }

    // Windows' TLS cannot use a key that exists in memory only.
    private static X509Certificate2 WithStoredKey(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }
}
