using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Serving;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk;

/// <summary>
/// A provider's whole program: <c>return await ProviderServer.RunAsync(MyProvider.Define(), args);</c>
/// <list type="number">
/// <item>without the host's cookie, answer a person and end;</item>
/// <item>begin a certificate, read what the host asks for, put the dispatcher together;</item>
/// <item>serve on a loopback port with mutual TLS, or on a socket;</item>
/// <item>print the handshake, the one line this process ever writes to stdout;</item>
/// <item>serve until stdin ends, a Shutdown call or a signal;</item>
/// <item>close the provider and stop serving, for a bounded time.</item>
/// </list>
/// </summary>
public static class ProviderServer
{
    /// <summary>The host gives a provider 5 s to end before it kills it.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(4);

    /// <returns>The process's exit code: 0 when it served and was asked to stop, or printed what a person asked for.</returns>
    public static Task<int> RunAsync<TSession>(ProviderDefinition<TSession> definition, string[] args)
        where TSession : IProviderSession => RunAsync(definition, args, provider => provider);

    /// <param name="front">What is served in the provider's place: a provider for tests stands before a sound one.</param>
    internal static async Task<int> RunAsync<TSession>(ProviderDefinition<TSession> definition, string[] args, Func<IProvider, IProvider> front)
        where TSession : IProviderSession
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(args);
        if (!ServerEnvironment.HasCookie(Environment.GetEnvironmentVariable))
        {
            return CommandLine.Answer(definition, args); // 1
        }

        var scrubber = new SecretScrubber();
        using var loggers = new ProviderLog(definition.Name, Environment.GetEnvironmentVariable(ProviderLog.LevelVariable), scrubber, Console.OpenStandardError);
        using var telemetry = TelemetryExport.FromEnvironment($"kolumn-provider-{definition.Name}", definition.Version, Environment.GetEnvironmentVariable);
        var logger = loggers.CreateLogger("ConnectionLogger");
        try
        {
            return await ServeAsync(definition, front, loggers, logger, scrubber);
        }
        catch (Exception failure) when (failure is InvalidProviderDefinitionException or FormatException or IOException)
        {
            Log.CannotServe(logger, failure.Message);
            return 1;
        }
    }

    private static async Task<int> ServeAsync<TSession>(
        ProviderDefinition<TSession> definition, Func<IProvider, IProvider> front, ProviderLog loggers, ILogger logger, SecretScrubber scrubber)
        where TSession : IProviderSession
    {
        var environment = ServerEnvironment.Read(Environment.GetEnvironmentVariable); // 2
        var certifying = environment.ClientCertificate is not { } host ? null : ServerCertificate.BeginCreate(host, DateTimeOffset.UtcNow);
        using var stop = new StopSignal();
        var dispatcher = new FunctionDispatcher<TSession>(definition, loggers, TimeProvider.System, scrubber);
        var events = new EventService();
        dispatcher.EventReceived += events.Publish;
        var served = front(dispatcher);
        var services = new WireServices(new ProviderService(served), events, new OutboxService(served as IOutboxSource ?? dispatcher), new HealthService(stop.Requested), new ControllerService(stop.Request));

        if (certifying is { IsCompleted: false })
        {
            // The certificate takes longer than all the rest: what the first call needs is loaded meanwhile.
            _ = PayloadJson.Write(await dispatcher.SchemaAsync(CancellationToken.None));
        }

        using var certificate = certifying is null ? null : await certifying;
        var endpoint = new WireEndpoint(SocketPathOf(environment), environment.Ports, certificate, environment.ClientCertificate);
        var server = await WireServer.StartAsync(services, endpoint, loggers, CancellationToken.None); // 3
        PrintHandshake(environment, endpoint, server.Address, certificate); // 4
        stop.WatchLifeline(Console.OpenStandardInput());
        Log.Serving(logger, server.Address);
        await stop.Requested; // 5
        await StopAsync(dispatcher, events, server, logger); // 6
        return 0;
    }

    private static void PrintHandshake(ServerEnvironment environment, WireEndpoint endpoint, string address, X509Certificate2? certificate)
    {
        var line = new Handshake
        {
            AppVersion = environment.ProtocolVersion,
            Network = endpoint.SocketPath is null ? "tcp" : "unix",
            Address = address,
            Certificate = certificate?.RawData ?? [],
        }.Format();
        using var stdout = Console.OpenStandardOutput();
        stdout.Write(Encoding.ASCII.GetBytes(line + "\n"));
        stdout.Flush();
    }

    private static async Task StopAsync(IProvider provider, EventService events, WireServer server, ILogger logger)
    {
        var stopping = StopInOrderAsync();
        try
        {
            await stopping.WaitAsync(StopLimit);
        }
        catch (TimeoutException)
        {
            // What still runs ends with the process.
            Log.StoppedHard(logger, (long)StopLimit.TotalMilliseconds);
        }

        async Task StopInOrderAsync()
        {
            events.Complete();
            await provider.CloseAsync(CancellationToken.None);
            await server.DisposeAsync();
        }
    }

    // A random name: one made of the process id would meet the socket that a killed process left behind.
    private static string? SocketPathOf(ServerEnvironment environment) =>
        environment.SocketDirectory is { } directory ? Path.Combine(directory, Path.GetRandomFileName()) : null;
}
