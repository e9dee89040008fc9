using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kolumn.Protocol;

namespace Kolumn.Host.Connection;

/// <summary>The certificate with which the host shows itself to one provider, and to no other, made ready for use beside everything else that starts.</summary>
internal sealed class HostCertificate : IDisposable
{
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

    public static HostCertificate Create(DateTimeOffset now) => new(OneShotCertificate.Create(now));

    public Task<SslStreamCertificateContext> ContextAsync(CancellationToken cancellationToken) => _context.WaitAsync(cancellationToken);

    public void Dispose() => _context.ContinueWith(_ => _certificate.Dispose(), TaskScheduler.Default);
}
