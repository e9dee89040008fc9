using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Kolumn.Protocol;

namespace Kolumn.Host.Connection;

/// <summary>The gRPC channel to a handshake's address; with TLS, to the owner of the handshake's certificate only.</summary>
internal sealed class ProviderChannel : IDisposable
{
    private readonly Handshake _handshake;
    private readonly SslStreamCertificateContext? _client;
    private readonly int _maxMessageBytes;
    private readonly Func<Stream, Stream>? _through;
    private readonly SocketsHttpHandler _handler;

    private ProviderChannel(Handshake handshake, SslStreamCertificateContext? client, int maxMessageBytes, Func<Stream, Stream>? through)
    {
        _handshake = handshake;
        _client = client;
        _maxMessageBytes = maxMessageBytes;
        _through = through;
        var isTls = handshake.Certificate.Length > 0;
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = false,
            InitialHttp2StreamWindowSize = 16 * 1024 * 1024,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = ConnectAsync,
        };
        if (isTls)
        {
            _handler.SslOptions = TlsOptions(client);
        }

        // The name is what the certificate was made for; where to connect is the callback's business.
        Channel = GrpcChannel.ForAddress(isTls ? "https://localhost" : "http://localhost", new GrpcChannelOptions
        {
            HttpHandler = _handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = maxMessageBytes,
            MaxSendMessageSize = maxMessageBytes,
        });
    }

    public GrpcChannel Channel { get; }

    /// <summary>Whether somebody with another certificate answered.</summary>
    public bool SawForeignCertificate { get; private set; }

    public static async Task<ProviderChannel> OpenAsync(
        Handshake handshake, HostCertificate? certificate, int maxMessageBytes, CancellationToken cancellationToken)
    {
        var client = handshake.Certificate.Length > 0 && certificate is not null ? await certificate.ContextAsync(cancellationToken) : null;
        return new ProviderChannel(handshake, client, maxMessageBytes, through: null);
    }

    /// <summary>Another connection to the same provider, for whoever tries what it does when one of them is slow or breaks.</summary>
    /// <param name="through">What the connection's bytes go through; null for nothing.</param>
    public ProviderChannel Beside(Func<Stream, Stream>? through) => new(_handshake, _client, _maxMessageBytes, through);

    public void Dispose() => Channel.Dispose();

    private SslClientAuthenticationOptions TlsOptions(SslStreamCertificateContext? client)
    {
        // Trusting nothing but the expected certificate keeps the system's trust store from being loaded; the comparison in the
        // callback is what decides.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        try
        {
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_handshake.Certificate));
        }
        catch (CryptographicException)
        {
            // Not a certificate: nobody can show it.
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificateContext = client,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, shown, _, _) => IsExpected(shown),
        };
    }

    private bool IsExpected(X509Certificate? shown)
    {
        var isExpected = shown is not null && CryptographicOperations.FixedTimeEquals(shown.GetRawCertData(), _handshake.Certificate);
        SawForeignCertificate |= !isExpected;
        return isExpected;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var isUnix = _handshake.Network == "unix";
        var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint endpoint = isUnix ? new UnixDomainSocketEndPoint(_handshake.Address) : IPEndPoint.Parse(_handshake.Address);
            await socket.ConnectAsync(endpoint, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return _through?.Invoke(stream) ?? stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_handshake.Network} {_handshake.Address}");
}
