using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kolumn.Host.Connection;

/// <summary>
/// The certificate with which the host shows itself to one provider, and to no other: ECDSA P-256, self-signed, no CA, for
/// <c>localhost</c>, which is what go-plugin's peers accept.
/// </summary>
internal sealed class HostCertificate : IDisposable
{
    // A clock that was set back, or a virtual machine that woke up, must not make a fresh certificate one of the future.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    private readonly X509Certificate2 _certificate;
    private readonly Task<SslStreamCertificateContext> _context;

    private HostCertificate(X509Certificate2 certificate)
    {
        _certificate = certificate;
        Pem = certificate.ExportCertificatePem();

        // Building the context builds a chain, which loads the system's trust store the first time: that runs while the
        // provider starts. Offline: a self-signed certificate has no issuer to look for.
        _context = Task.Run(() => SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true));
    }

    /// <summary>What the provider is told; without the key.</summary>
    public string Pem { get; }

    public static HostCertificate Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Kolumn", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var certificate = request.CreateSelfSigned(now - Skew, now + Validity);
        return new HostCertificate(OperatingSystem.IsWindows() ? WithStoredKey(certificate) : certificate);
    }

    public Task<SslStreamCertificateContext> ContextAsync(CancellationToken cancellationToken) => _context.WaitAsync(cancellationToken);

    public void Dispose() => _context.ContinueWith(_ => _certificate.Dispose(), TaskScheduler.Default);

    // Windows' TLS cannot use a key that exists in memory only.
    private static X509Certificate2 WithStoredKey(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }
}
