using Grpc.Core;
using Grpc.Net.Client.Internal;

namespace Grpc.Net.Client;

/// <summary>
/// A channel to one server over HTTP/2. It connects with the first call, keeps the connection, and makes a new one when it broke.
/// Safe for any number of callers at once.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ChannelTransport _transport;

    private GrpcChannel(Uri address, GrpcChannelOptions options) : base(address.Authority) =>
        _transport = new ChannelTransport(address, options);

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <param name="address"><c>http://host:port</c>, or <c>https://…</c> for TLS. With a handler that connects elsewhere (a Unix
    /// socket), the host is only the name the server and its certificate are asked for.</param>
    /// <param name="channelOptions">How to connect; read once.</param>
    /// <exception cref="ArgumentException">The address is not absolute or its scheme is neither http nor https.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The address '{address}' must start with http:// or https://.", nameof(address));
        }

        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker() => new HttpCallInvoker(_transport);

    /// <summary>Cancels running calls and closes the connection, unless the handler belongs to the caller. Calls that follow throw.</summary>
    public void Dispose() => _transport.Dispose();

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}
