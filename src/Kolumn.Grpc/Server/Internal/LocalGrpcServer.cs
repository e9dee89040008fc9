using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// gRPC services on a loopback port or a Unix socket: Kestrel alone, without host, container, routing and configuration, since a
/// provider process lives by how fast it answers first.
/// </summary>
internal sealed class LocalGrpcServer : IAsyncDisposable
{
    private const int AnyStreams = 10_000;

    // A host may be silent for as long as it likes. Not infinite: Kestrel 10 takes that for a limit long passed, and closes an idle
    // connection at its next heartbeat.
    private static readonly TimeSpan IdleLimit = TimeSpan.FromDays(365);

    private readonly LocalGrpcServerOptions _options;
    private readonly MethodTable _methods;
    private KestrelServer? _kestrel;

    public LocalGrpcServer(LocalGrpcServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _methods = new MethodTable(new CallSettings
        {
            MaxReceiveMessageSize = options.MaxReceiveMessageSize,
            MaxSendMessageSize = options.MaxSendMessageSize,
            ResponseEncoding = options.ResponseCompressionAlgorithm,
            CompressionLevel = options.ResponseCompressionLevel,
            EnableDetailedErrors = options.EnableDetailedErrors,
            TimeProvider = options.TimeProvider,
            Logger = options.LoggerFactory.CreateLogger<LocalGrpcServer>(),
        });
    }

    /// <summary>Where the server listens: an <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>; null before the start.</summary>
    public EndPoint? BoundEndpoint { get; private set; }

    /// <summary>Adds services before the start: <c>server.Bind(binder =&gt; Greeter.BindService(binder, new GreeterService()))</c>.</summary>
    /// <exception cref="NotSupportedException">A method streams requests.</exception>
    /// <exception cref="ArgumentException">A method was added before.</exception>
    public LocalGrpcServer Bind(Action<ServiceBinderBase> bindService)
    {
        ArgumentNullException.ThrowIfNull(bindService);
        bindService(_methods);
        return this;
    }

    /// <exception cref="IOException">No port of the range is free, or the socket cannot be made; the message names it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        switch (_options.Endpoint)
        {
            case LocalEndpoint.Unix unix:
                BoundEndpoint = await ListenAsync(new UnixDomainSocketEndPoint(unix.Path), cancellationToken);
                break;
            case LocalEndpoint.Tcp tcp:
                BoundEndpoint = await ListenInRangeAsync(tcp, cancellationToken);
                break;
        }
    }

    /// <summary>Lets running calls finish within the grace, then breaks them off. Never takes much longer than the grace.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _kestrel, null) is not { } kestrel)
        {
            return;
        }

        using var grace = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        grace.CancelAfter(_options.StopGrace);
        try
        {
            await kestrel.StopAsync(grace.Token);
        }
        finally
        {
            kestrel.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task<EndPoint> ListenInRangeAsync(LocalEndpoint.Tcp range, CancellationToken cancellationToken)
    {
        for (var port = range.MinPort; port < range.MaxPort; port++)
        {
            try
            {
                return await ListenAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            }
            catch (IOException inUse) when (inUse.InnerException is AddressInUseException)
            {
                // The next one.
            }
        }

        return await ListenAsync(new IPEndPoint(IPAddress.Loopback, range.MaxPort), cancellationToken);
    }

    private async Task<EndPoint> ListenAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServer(Options.Create(ConfigureKestrel(endpoint)), CreateTransport(), _options.LoggerFactory);
        try
        {
            await kestrel.StartAsync(new Application(_methods), cancellationToken);
        }
        catch
        {
            kestrel.Dispose();
            throw;
        }

        _kestrel = kestrel;
        if (endpoint is not IPEndPoint)
        {
            return endpoint;
        }

        var address = kestrel.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
    }

    private SocketTransportFactory CreateTransport() => new(Options.Create(new SocketTransportOptions()), _options.LoggerFactory);

    private KestrelServerOptions ConfigureKestrel(EndPoint endpoint)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.KeepAliveTimeout = IdleLimit;
        kestrel.Limits.MaxRequestBufferSize = 8 * 1024 * 1024;
        kestrel.Limits.MaxResponseBufferSize = 1024 * 1024;
        kestrel.Limits.Http2.MaxStreamsPerConnection = AnyStreams;
        kestrel.Limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
        kestrel.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (_options.Certificate is { } certificate)
            {
                var tls = new TlsConnections(certificate, _options.VerifyClientCertificate, _options.LoggerFactory.CreateLogger<TlsConnections>());
                listen.Use(next => connection => tls.OnConnectionAsync(connection, next));
            }
        });
        return kestrel;
    }

    private sealed class Application(MethodTable methods) : IHttpApplication<IFeatureCollection>
    {
        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public Task ProcessRequestAsync(IFeatureCollection context) => methods.HandleAsync(context);

        public void DisposeContext(IFeatureCollection context, Exception? exception)
        {
        }
    }
}
