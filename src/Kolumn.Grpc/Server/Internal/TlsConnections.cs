using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// TLS for a Kestrel without a host: its own <c>UseHttps</c> needs services that only a host registers. The features set here make
/// HTTP/2 accept the scheme https and show the client's certificate.
/// </summary>
internal sealed class TlsConnections
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    // A TLS record is at most what one write hands over: with the default of 4 KB, large messages become small records.
    private const int WriteBufferSize = 32 * 1024;

    // Of the first connection: they take the system's trust store, which may still be being loaded while the server listens already.
    private readonly Lazy<SslServerAuthenticationOptions> _options;
    private readonly ILogger _logger;

    public TlsConnections(X509Certificate2 certificate, Func<X509Certificate2?, bool>? verifyClient, ILogger logger)
    {
        _logger = logger;
        _options = new(() => OptionsOf(certificate, verifyClient));
    }

    public async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var plain = connection.Transport;
        var tls = new SslStream(new PipeStream(plain), leaveInnerStreamOpen: false);
        await using (tls.ConfigureAwait(false))
        {
            if (!await HandshakeAsync(tls, connection.ConnectionClosed))
            {
                return;
            }

            connection.Features.Set<ITlsConnectionFeature>(new TlsFeature { ClientCertificate = tls.RemoteCertificate as X509Certificate2 });
            connection.Features.Set<ITlsApplicationProtocolFeature>(new AlpnFeature(tls.NegotiatedApplicationProtocol.Protocol));
            connection.Transport = new DuplexPipe(
                PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true)),
                PipeWriter.Create(tls, new StreamPipeWriterOptions(minimumBufferSize: WriteBufferSize, leaveOpen: true)));
            try
            {
                await next(connection);
            }
            finally
            {
                await connection.Transport.Input.CompleteAsync();
                await connection.Transport.Output.CompleteAsync();
                connection.Transport = plain;
            }
        }
    }

    private static SslServerAuthenticationOptions OptionsOf(X509Certificate2 certificate, Func<X509Certificate2?, bool>? verifyClient) => new()
    {
        // Offline: the certificate is self-signed, and a chain must not be looked for on the network.
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        ClientCertificateRequired = verifyClient is not null,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = verifyClient is null ? null : (_, shown, _, _) => verifyClient(shown as X509Certificate2),
    };

    private async Task<bool> HandshakeAsync(SslStream tls, CancellationToken connectionClosed)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connectionClosed);
        limit.CancelAfter(HandshakeTimeout);
        try
        {
            await tls.AuthenticateAsServerAsync(_options.Value, limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
        {
            // The peer showed no certificate or a wrong one, speaks no TLS, or went away: its connection ends, the server does not.
            Log.TlsHandshakeFailed(_logger, failure);
            return false;
        }
    }

    private sealed class TlsFeature : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }

    private sealed record AlpnFeature(ReadOnlyMemory<byte> ApplicationProtocol) : ITlsApplicationProtocolFeature;

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
