using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Kolumn.Protocol;
using Kolumn.Sdk.Serving;

namespace Kolumn.Sdk.Tests.Serving;

/// <summary>The folder provider as a process of its own, and a host's end of the connection to it.</summary>
internal sealed class ServedProvider : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _stderr;
    private readonly X509Certificate2? _certificate;

    private ServedProvider(Process process, Handshake handshake, Task<string> stderr, X509Certificate2? certificate, string directory)
    {
        _process = process;
        _stderr = stderr;
        _certificate = certificate;
        Handshake = handshake;
        Directory = directory;
        Channel = Connect(certificate);
    }

    public Handshake Handshake { get; }

    /// <summary>What the provider was given for its socket.</summary>
    public string Directory { get; }

    public GrpcChannel Channel { get; }

    public static async Task<ServedProvider> StartAsync(bool unix, bool tls, string versions = "1", string logLevel = "debug")
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("kolumn-served-").FullName;
        var certificate = tls ? OneShotCertificate.Create(DateTimeOffset.UtcNow) : null;
        var process = Start([], new Dictionary<string, string?>
        {
            [HandshakeEnvironment.CookieName] = HandshakeEnvironment.CookieValue,
            [HandshakeEnvironment.ProtocolVersions] = versions,
            [HandshakeEnvironment.MinPort] = "0",
            [HandshakeEnvironment.MaxPort] = "0",
            [HandshakeEnvironment.SocketDirectory] = directory,
            [HandshakeEnvironment.Transport] = unix ? "unix" : "tcp",
            [HandshakeEnvironment.ClientCertificate] = certificate?.ExportCertificatePem(),
            ["KOLUMN_PROVIDER_LOG_LEVEL"] = logLevel,
        });
        var stderr = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        var handshake = Handshake.Parse(line.ShouldNotBeNull(), directory, out var fault).ShouldNotBeNull(fault);
        return new ServedProvider(process, handshake, stderr, certificate, directory);
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] args, Dictionary<string, string?>? environment = null)
    {
        using var process = Start(args, environment ?? []);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>A host that shows <paramref name="certificate"/>, or none.</summary>
    public GrpcChannel Connect(X509Certificate2? certificate) => GrpcChannel.ForAddress(Handshake.Certificate.Length > 0 ? "https://localhost" : "http://localhost", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetRawCertData().AsSpan().SequenceEqual(Handshake.Certificate),
            },
            ConnectCallback = async (_, token) =>
            {
                var (endpoint, family) = Handshake.Network == "unix"
                    ? ((EndPoint)new UnixDomainSocketEndPoint(Handshake.Address), AddressFamily.Unix)
                    : (IPEndPoint.Parse(Handshake.Address), AddressFamily.InterNetwork);
                var socket = new Socket(family, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endpoint, token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        },
    });

    public void CutLifeline() => _process.StandardInput.Close();

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
    }

    /// <summary>Waits for the end; returns exit code, the rest of stdout and all of stderr.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return (_process.ExitCode, await _process.StandardOutput.ReadToEndAsync(CancellationToken.None), await _stderr);
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.ShutdownAsync();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        }

        _process.Dispose();
        _certificate?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static Process Start(string[] args, Dictionary<string, string?> environment)
    {
        var name = "Kolumn.Sdk.Tests" + (OperatingSystem.IsWindows() ? ".exe" : "");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, name), args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }
}
