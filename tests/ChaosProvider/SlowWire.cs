using System.Net;
using System.Net.Sockets;

namespace Kolumn.ChaosProvider;

/// <summary>
/// A port that hands everything on to another one, until it is told to be slow: then what the server sends trickles through in
/// single bytes. TLS goes through unread.
/// </summary>
internal sealed class SlowWire : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile bool _isSlow;

    public IPEndPoint Start(IPEndPoint server)
    {
        _listener.Start();
        _ = AcceptAsync(server);
        return (IPEndPoint)_listener.LocalEndpoint;
    }

    public void BecomeSlow() => _isSlow = true;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(IPEndPoint server)
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync();
            var far = new TcpClient();
            await far.ConnectAsync(server);
            _ = near.GetStream().CopyToAsync(far.GetStream());
            _ = TrickleAsync(far.GetStream(), near.GetStream());
        }
    }

    private async Task TrickleAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            for (var at = 0; at < read;)
            {
                var size = _isSlow ? 1 : read - at;
                await to.WriteAsync(buffer.AsMemory(at, size));
                at += size;
                if (_isSlow)
                {
                    await Task.Delay(Pause);
                }
            }
        }
    }
}
