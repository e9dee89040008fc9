#if !OFFICIAL_GRPC
using System.Net;
using Grpc.AspNetCore.Server.Internal;
using Kolumn.Protocol.Wire;
using Kolumn.Protocol.Wire.Health;
using Kolumn.Protocol.Wire.Plugin;
using Kolumn.Sdk.Internal;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Serving;

/// <summary>The services on a bare Kestrel: no host, no container, no reflection, since a provider lives by how fast it answers first.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly LocalGrpcServer _server;
    private readonly WireEndpoint _endpoint;

    private WireServer(LocalGrpcServer server, WireEndpoint endpoint)
    {
        _server = server;
        _endpoint = endpoint;
    }

    /// <summary>As the handshake writes it: a socket's path, or <c>127.0.0.1:port</c>.</summary>
    public string Address => _endpoint.SocketPath ?? ((IPEndPoint)_server.BoundEndpoint!).ToString();

    /// <exception cref="IOException">No port of the range is free, or the socket cannot be made.</exception>
    public static async Task<WireServer> StartAsync(WireServices services, WireEndpoint endpoint, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = new LocalGrpcServer(new LocalGrpcServerOptions
        {
            Endpoint = endpoint.SocketPath is { } path ? new LocalEndpoint.Unix(path) : new LocalEndpoint.Tcp(endpoint.Ports.Min, endpoint.Ports.Max),
            Certificate = endpoint.Certificate,
            VerifyClientCertificate = endpoint.Certificate is null ? null : endpoint.IsHost,
            MaxReceiveMessageSize = ProviderService.MaxMessageBytes,
            LoggerFactory = loggers,
        });
        server.Bind(b => Provider.BindService(b, services.Provider));
        server.Bind(b => ProviderEvents.BindService(b, services.Events));
        server.Bind(b => ProviderOutbox.BindService(b, services.Outbox));
        server.Bind(b => Health.BindService(b, services.Health));
        server.Bind(b => GRPCController.BindService(b, services.Controller));
        await server.StartAsync(cancellationToken);
        return new WireServer(server, endpoint);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
#endif
