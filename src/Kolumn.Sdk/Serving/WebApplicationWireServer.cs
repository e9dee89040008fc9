#if OFFICIAL_GRPC
using System.Net;
using Kolumn.Sdk.Internal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Serving;

/// <summary>The services on Grpc.AspNetCore, where the official packages can be restored.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(100);

    private readonly WebApplication _application;
    private readonly WireEndpoint _endpoint;

    private WireServer(WebApplication application, WireEndpoint endpoint)
    {
        _application = application;
        _endpoint = endpoint;
    }

    /// <summary>As the handshake writes it: a socket's path, or <c>127.0.0.1:port</c>.</summary>
    public string Address => _endpoint.SocketPath ?? $"127.0.0.1:{new Uri(_application.Urls.Single()).Port}";

    /// <exception cref="IOException">No port of the range is free, or the socket cannot be made.</exception>
    public static async Task<WireServer> StartAsync(WireServices services, WireEndpoint endpoint, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        for (var port = endpoint.Ports.Min; ; port++)
        {
            var application = Build(services, endpoint, port, loggers);
            try
            {
                await application.StartAsync(cancellationToken);
                return new WireServer(application, endpoint);
            }
            catch (IOException) when (endpoint.SocketPath is null && port < endpoint.Ports.Max)
            {
                await application.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(StopGrace);
        await _application.StopAsync(grace.Token);
        await _application.DisposeAsync();
    }

    private static WebApplication Build(WireServices services, WireEndpoint endpoint, int port, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(services.Provider);
        builder.Services.AddSingleton(services.Events);
        builder.Services.AddSingleton(services.Outbox);
        builder.Services.AddSingleton(services.Health);
        builder.Services.AddSingleton(services.Controller);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = ProviderService.MaxMessageBytes);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            if (endpoint.SocketPath is { } path)
            {
                kestrel.ListenUnixSocket(path, listen => Configure(listen, endpoint));
            }
            else
            {
                kestrel.Listen(IPAddress.Loopback, port, listen => Configure(listen, endpoint));
            }
        });
        var application = builder.Build();
        application.MapGrpcService<ProviderService>();
        application.MapGrpcService<EventService>();
        application.MapGrpcService<OutboxService>();
        application.MapGrpcService<HealthService>();
        application.MapGrpcService<ControllerService>();
        return application;
    }

    private static void Configure(ListenOptions listen, WireEndpoint endpoint)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (endpoint.Certificate is { } certificate)
        {
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (shown, _, _) => endpoint.IsHost(shown);
            });
        }
    }
}
#endif
