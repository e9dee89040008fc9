using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Kolumn.Protocol;
using Kolumn.Protocol.Wire;

namespace Kolumn.Bench.Launch;

/// <summary>
/// From starting a provider process to its first answer: the published SQLite provider on a plain Unix socket and on TCP with
/// mutual TLS, beside the same service on a just-in-time compiled WebApplication. Started in turn.
/// </summary>
internal static class LaunchBenchmark
{
    private const int Rounds = 15;
    private const int WarmUps = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var provider = BenchFolder.Published("kolumn-provider-sqlite");
        var baseline = Path.Combine(BenchFolder.Root, "artifacts", "build", "bin", "Kolumn.Bench.Baseline", "release", "Kolumn.Bench.Baseline");
        using var certificate = OneShotCertificate.Create(DateTimeOffset.UtcNow);

        List<double> plain = [], tls = [], web = [];
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var (a, b, c) = (
                await FirstReplyMillisecondsAsync(provider, null, cancellationToken),
                await FirstReplyMillisecondsAsync(provider, certificate, cancellationToken),
                await FirstReplyMillisecondsAsync(baseline, null, cancellationToken));
            if (round >= 0)
            {
                plain.Add(a);
                tls.Add(b);
                web.Add(c);
            }
        }

        report.Ratio("launch to first reply, Unix socket / JIT WebApplication", plain, web, "ms", "≤ 0.55");
        report.Ratio("launch to first reply, TCP with mutual TLS / Unix socket", tls, plain, "ms", "≤ 1.8");
    }

    /// <param name="certificate">The host's, for TCP with mutual TLS; null for a plain Unix socket.</param>
    public static async Task<double> FirstReplyMillisecondsAsync(string executable, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        var sockets = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            var environment = EnvironmentFor(sockets, certificate);
            var start = Stopwatch.GetTimestamp();
            await using var child = ChildProcess.Start(executable, [], environment);
            var line = await child.Process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Limit, cancellationToken) ?? "";
            var handshake = Handshake.Parse(line, sockets, out var fault) ?? throw new InvalidOperationException($"{executable}: {fault}: {line}");
            using var channel = GrpcChannel.ForAddress(
                handshake.Certificate.Length > 0 ? "https://localhost" : "http://localhost",
                new GrpcChannelOptions { HttpHandler = HandlerFor(handshake, certificate), DisposeHttpClient = true });
            await new Provider.ProviderClient(channel).SchemaAsync(new SchemaRequest(), deadline: DateTime.UtcNow + Limit, cancellationToken: cancellationToken);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        finally
        {
            Directory.Delete(sockets, recursive: true);
        }
    }

    private static Dictionary<string, string> EnvironmentFor(string sockets, X509Certificate2? certificate)
    {
        var environment = new Dictionary<string, string>
        {
            [HandshakeEnvironment.CookieName] = HandshakeEnvironment.CookieValue,
            [HandshakeEnvironment.ProtocolVersions] = "1",
            [HandshakeEnvironment.MinPort] = "10000",
            [HandshakeEnvironment.MaxPort] = "25000",
            [HandshakeEnvironment.SocketDirectory] = sockets,
            ["TMPDIR"] = sockets,
            [HandshakeEnvironment.Transport] = certificate is null ? "unix" : "tcp",
        };
        if (certificate is not null)
        {
            environment[HandshakeEnvironment.ClientCertificate] = certificate.ExportCertificatePem();
        }

        return environment;
    }

    /// <summary>With TLS where the handshake names a certificate: go-plugin's servers have it on their sockets too.</summary>
    private static SocketsHttpHandler HandlerFor(Handshake handshake, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var isUnix = handshake.Network == "unix";
                var connection = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await connection.ConnectAsync(isUnix ? new UnixDomainSocketEndPoint(handshake.Address) : IPEndPoint.Parse(handshake.Address), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        if (handshake.Certificate.Length > 0)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificate!],
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetRawCertData().AsSpan().SequenceEqual(handshake.Certificate) == true,
            };
        }

        return handler;
    }
}
