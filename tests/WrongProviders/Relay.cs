using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kolumn.Protocol;

namespace Kolumn.WrongProviders;

/// <summary>
/// A sound provider in a process of its own, and before it a socket that hands everything on, TLS unread, but for one thing. What servers do below
/// their handlers can be wrong only there.
/// </summary>
internal sealed class Relay(string defect) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _turn = new(1, 1);

    public static async Task RunAsync(string defect)
    {
        using var relay = new Relay(defect);
        await relay.RunAsync();
    }

    public void Dispose() => _turn.Dispose();

    private async Task RunAsync()
    {
        // Its stdin is not ours: it would take what the host says with it. It ends when ours does, as the lifeline of its own breaks.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Remove("WRONG");
        using var sound = Process.Start(start)!;
        var directory = Environment.GetEnvironmentVariable(HandshakeEnvironment.SocketDirectory)!;
        var handshake = Handshake.Parse(await sound.StandardOutput.ReadLineAsync() ?? "", directory, out var fault) ?? throw new InvalidOperationException(fault);
        using var listener = Listen(handshake, directory, out var address);
        await Console.Out.WriteLineAsync((handshake with { Address = address }).Format());
        await Console.Out.FlushAsync();
        _ = AcceptAsync(listener, handshake);
        var lifeline = Console.OpenStandardInput();
        var buffer = new byte[1];
        await Task.WhenAny(sound.WaitForExitAsync(), lifeline.ReadAsync(buffer).AsTask());
        sound.StandardInput.Close();
        await sound.WaitForExitAsync();
    }

    private static Socket Listen(Handshake handshake, string directory, out string address)
    {
        var isUnix = handshake.Network == "unix";
        var listener = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        address = Path.Combine(directory, "relay");
        listener.Bind(isUnix ? new UnixDomainSocketEndPoint(address) : new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        address = isUnix ? address : $"127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}";
        return listener;
    }

    private async Task AcceptAsync(Socket listener, Handshake handshake)
    {
        while (true)
        {
            var near = await listener.AcceptAsync();
            _ = ServeAsync(near, handshake);
        }
    }

    private async Task ServeAsync(Socket near, Handshake handshake)
    {
        var isAlone = defect == "serves-one-host-at-a-time";
        if (isAlone)
        {
            await _turn.WaitAsync();
        }

        var isUnix = handshake.Network == "unix";
        using var far = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await far.ConnectAsync(isUnix ? new UnixDomainSocketEndPoint(handshake.Address) : IPEndPoint.Parse(handshake.Address));
            await Task.WhenAny(HandOnAsync(near, far, Timeout.InfiniteTimeSpan), HandOnAsync(far, near, defect == "hangs-up-on-slow-readers" ? Patience : Timeout.InfiniteTimeSpan));
        }
        catch (SocketException)
        {
            // One side is gone, and the other one goes with it.
        }
        finally
        {
            near.Dispose();
            if (isAlone)
            {
                _turn.Release();
            }
        }
    }

    /// <param name="patience">How long the other side may take to take what there is.</param>
    private static async Task HandOnAsync(Socket from, Socket to, TimeSpan patience)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer)) > 0)
        {
            for (var at = 0; at < read;)
            {
                using var limit = new CancellationTokenSource(patience);
                try
                {
                    at += await to.SendAsync(buffer.AsMemory(at, read - at), limit.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
