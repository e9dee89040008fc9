using System.Security.Cryptography.X509Certificates;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Serving;

/// <summary>The certificate with which this process shows itself to its one host.</summary>
internal static class ServerCertificate
{
    /// <summary>
    /// Begins on two threads of its own. The first key of a process costs tens of milliseconds, and twice that the system's trust
    /// store, which the first chain loads, whoever is trusted: the one goes on while everything else starts, the other also while
    /// the host reads the handshake line and connects.
    /// </summary>
    /// <param name="host">The host's certificate in DER: the chain that is built is the one that its connection asks for.</param>
    public static Task<X509Certificate2> BeginCreate(byte[] host, DateTimeOffset now)
    {
        _ = OnItsOwnThread(() =>
        {
            using var certificate = X509CertificateLoader.LoadCertificate(host);
            using var chain = new X509Chain();
            (chain.ChainPolicy.RevocationMode, chain.ChainPolicy.DisableCertificateDownloads) = (X509RevocationMode.NoCheck, true);
            return chain.Build(certificate);
        });
        return OnItsOwnThread(() => OneShotCertificate.Create(now));
    }

    private static Task<T> OnItsOwnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
