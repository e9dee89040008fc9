using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Protos;
using Kolumn.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>A running server of one kind with the probe service on it, and the clients that reach it.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<GrpcChannel> _channels = [];
    private readonly ServerKind _kind;
    private LocalGrpcServer? _local;
    private WebApplication? _hosted;

    private ProbeServer(ServerKind kind) => _kind = kind;

    public ErrorFreeLog Log { get; } = new();

    /// <summary>Where clients connect: an <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</summary>
    public EndPoint Endpoint { get; private set; } = null!;

    public Uri Address => new(_kind == ServerKind.LocalMutualTls ? "https://localhost" : "http://localhost");

    public static async Task<ProbeServer> StartAsync(ServerKind kind, ProbeService service, ServerSettings? settings = null)
    {
        var server = new ProbeServer(kind);
        await (kind == ServerKind.Hosted
            ? server.StartHostedAsync(service, settings ?? new ServerSettings())
            : server.StartLocalAsync(service, settings ?? new ServerSettings()));
        return server;
    }

    /// <summary>A client on a connection of its own.</summary>
    public Probe.ProbeClient CreateClient(Action<GrpcChannelOptions>? configure = null) => new(CreateChannel(configure));

    public GrpcChannel CreateChannel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions
        {
            HttpHandler = CreateHandler(TestCertificates.Client, TestCertificates.Server),
            DisposeHttpClient = true,
            LoggerFactory = Log.Factory,
        };
        configure?.Invoke(options);
        var channel = GrpcChannel.ForAddress(Address, options);
        _channels.Add(channel);
        return channel;
    }

    /// <summary>What connects to the server, showing the one certificate and accepting exactly the other.</summary>
    public SocketsHttpHandler CreateHandler(X509Certificate2? show, X509Certificate2 accept)
    {
        var endpoint = Endpoint;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endpoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => TestCertificates.AreSame(shown, accept),
            },
        };
        if (show is not null)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(show, null, offline: true);
        }

        return handler;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        if (_local is not null)
        {
            await _local.DisposeAsync();
        }

        if (_hosted is not null)
        {
            using var grace = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            await _hosted.StopAsync(grace.Token);
            await _hosted.DisposeAsync();
        }

        _folder.Dispose();
        Log.Dispose();
    }

    private async Task StartLocalAsync(ProbeService service, ServerSettings settings)
    {
        _local = new LocalGrpcServer(new LocalGrpcServerOptions
        {
            Endpoint = _kind == ServerKind.LocalUnix ? new LocalEndpoint.Unix(_folder.File("probe.sock")) : new LocalEndpoint.Tcp(0, 0),
            Certificate = _kind == ServerKind.LocalMutualTls ? TestCertificates.Server : null,
            VerifyClientCertificate = certificate => TestCertificates.AreSame(certificate, TestCertificates.Client),
            MaxReceiveMessageSize = settings.MaxReceiveMessageSize,
            MaxSendMessageSize = settings.MaxSendMessageSize,
            EnableDetailedErrors = settings.EnableDetailedErrors,
            ResponseCompressionAlgorithm = settings.ResponseCompressionAlgorithm,
            LoggerFactory = Log.Factory,
        });
        _local.Bind(binder => Probe.BindService(binder, service));
        await _local.StartAsync(TestContext.Current.CancellationToken);
        Endpoint = _local.BoundEndpoint!;
    }

    private async Task StartHostedAsync(ProbeService service, ServerSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(Log);
        builder.Services.AddSingleton(service);
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = settings.MaxReceiveMessageSize;
            options.MaxSendMessageSize = settings.MaxSendMessageSize;
            options.EnableDetailedErrors = settings.EnableDetailedErrors;
            options.ResponseCompressionAlgorithm = settings.ResponseCompressionAlgorithm;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _hosted = builder.Build();
        _hosted.MapGrpcService<ProbeService>();
        await _hosted.StartAsync(TestContext.Current.CancellationToken);
        Endpoint = new IPEndPoint(IPAddress.Loopback, new Uri(_hosted.Urls.Single()).Port);
    }
}
