using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Serving;

/// <summary>The certificate with which this process shows itself to its one host.</summary>
internal static class ServerCertificate
{
    /// <summary>
    /// Begins on a thread of its own. The first key of a process costs tens of milliseconds, and so does the system's trust
    /// store, which building a certificate context loads: both go on while everything else starts.
    /// </summary>
    public static Task<X509Certificate2> BeginCreate(DateTimeOffset now) => Task.Factory.StartNew(
        () =>
        {
            var certificate = OneShotCertificate.Create(now);
            _ = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
            return certificate;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
