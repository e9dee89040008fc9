using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Grpc.AspNetCore.Server.Internal;
using Kolumn.Protocol;
using Kolumn.Protocol.Wire;
using Kolumn.Protocol.Wire.Health;
using Kolumn.Protocol.Wire.Plugin;

namespace Kolumn.ChaosProvider;

/// <summary>Serves the wire on what the host asked for, and prints a handshake that may lie.</summary>
internal static class ChaosServer
{
    public static async Task RunAsync(Behaviour behaviour)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var events = Channel.CreateUnbounded<string>();
        var isUnix = Environment.GetEnvironmentVariable(HandshakeEnvironment.Transport) == "unix" || behaviour.Has("force-unix");
        var host = Environment.GetEnvironmentVariable(HandshakeEnvironment.ClientCertificate);
        var expected = host is null || behaviour.Has("no-tls") ? null : X509Certificate2.CreateFromPem(host);
        var certificate = expected is null ? null : CreateCertificate(TimeSpan.FromSeconds(behaviour.Number("clock-skew") ?? 0));
        using var wire = new SlowWire();
        var path = Path.Combine(Environment.GetEnvironmentVariable(HandshakeEnvironment.SocketDirectory)!, "s");
        await using var server = new LocalGrpcServer(new LocalGrpcServerOptions
        {
            Endpoint = isUnix ? new LocalEndpoint.Unix(path) : new LocalEndpoint.Tcp(0, 0),
            Certificate = certificate,
            VerifyClientCertificate = expected is null ? null
                : shown => !behaviour.Has("refuse-client") && shown is not null && shown.RawData.AsSpan().SequenceEqual(expected.RawData),
            MaxReceiveMessageSize = null,
        });
        server.Bind(b => Provider.BindService(b, new ChaosService(behaviour, events, wire)));
        server.Bind(b => GRPCController.BindService(b, new ControllerService(behaviour, stop)));
        if (!behaviour.Has("bare"))
        {
            server.Bind(b => ProviderEvents.BindService(b, new EventService(behaviour, events)));
            server.Bind(b => GRPCStdio.BindService(b, new StdioService()));
            server.Bind(b => Health.BindService(b, new HealthService(behaviour)));
        }

        await server.StartAsync(CancellationToken.None);
        var claimed = behaviour.Has("wrong-cert") ? CreateCertificate(TimeSpan.Zero).RawData : certificate?.RawData ?? [];
        Print(new Handshake
        {
            AppVersion = (int)(behaviour.Number("version") ?? 1),
            Network = isUnix ? "unix" : "tcp",
            Address = isUnix ? path : (behaviour.Has("slow-wire") ? wire.Start((IPEndPoint)server.BoundEndpoint!) : server.BoundEndpoint!).ToString()!,
            Certificate = claimed,
        }.Format());
        AfterHandshake(behaviour);
        if (!behaviour.Has("ignore-stdin"))
        {
            _ = Task.Run(() =>
            {
                while (Console.In.Read() >= 0)
                {
                }

                stop.TrySetResult();
            });
        }

        await stop.Task;
    }

    /// <summary>A port that accepts connections and never says a word.</summary>
    public static async Task ListenMutelyAsync(bool close)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = listener.LocalEndpoint.ToString()!;
        if (close)
        {
            listener.Stop();
        }

        Print(new Handshake { AppVersion = 1, Network = "tcp", Address = endpoint, Certificate = CreateCertificate(TimeSpan.Zero).RawData }.Format());
        await Task.Delay(Timeout.Infinite, CancellationToken.None);
    }

    private static void AfterHandshake(Behaviour behaviour)
    {
        if (behaviour.Number("flood-stderr") is { } errors)
        {
            Flood(() => Misdeeds.Flood(Console.OpenStandardError(), errors));
        }

        if (behaviour.Number("flood-lines") is { } lines)
        {
            Flood(() => Misdeeds.FloodLines(Console.OpenStandardError(), lines));
        }

        if (behaviour.Number("flood-stdout") is { } output)
        {
            Flood(() => Misdeeds.FloodLines(Console.OpenStandardOutput(), output));
        }

        void Flood(Action flood)
        {
            Misdeeds.IsFlooding = true;
            _ = Task.Run(() =>
            {
                flood();
                Misdeeds.IsFlooding = false;
            });
        }

        if (behaviour.Has("poison"))
        {
            Misdeeds.WritePoison(Console.Error);
        }
    }

    /// <param name="skew">How far the clock that it is made by is ahead.</param>
    private static X509Certificate2 CreateCertificate(TimeSpan skew)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow + skew;
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
    }

    private static void Print(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
