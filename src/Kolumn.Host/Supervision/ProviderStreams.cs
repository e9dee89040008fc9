using System.Text.Json;
using Grpc.Core;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Wire;
using Kolumn.Protocol.Wire.Plugin;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Supervision;

/// <summary>
/// The two streams a provider may serve, opened at once and read to the end of the connection: its events, and the output that
/// a Go plugin sends over gRPC instead of its pipes and blocks on when nobody reads it.
/// </summary>
internal sealed class ProviderStreams : IAsyncDisposable
{
    private readonly string _provider;
    private readonly ILogger _logger;
    private readonly Action<ProviderEvent> _onEvent;
    private readonly ProviderOutput _output;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public ProviderStreams(string provider, CallInvoker channel, ProviderOutput output, Action<ProviderEvent> onEvent, ILogger logger)
    {
        _provider = provider;
        _logger = logger;
        _onEvent = onEvent;
        _output = output;
        var options = new CallOptions(cancellationToken: _stop.Token);
        var events = new ProviderEvents.ProviderEventsClient(channel).Subscribe(new SubscribeRequest(), options);
        var stdio = new GRPCStdio.GRPCStdioClient(channel).StreamStdio(new Google.Protobuf.WellKnownTypes.Empty(), options);
        _reading = Task.WhenAll(
            ReadAsync("ProviderEvents", events, e => OnEvent(e.Event_.Span)),
            ReadAsync("GRPCStdio", stdio, OnOutput));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync<T>(string service, AsyncServerStreamingCall<T> call, Action<T> onMessage)
    {
        using (call)
        {
            try
            {
                while (await call.ResponseStream.MoveNext(_stop.Token))
                {
                    onMessage(call.ResponseStream.Current);
                }
            }
            catch (RpcException ended)
            {
                // UNIMPLEMENTED: the service is optional. Everything else the calls themselves report.
                Log.StreamEnded(_logger, _provider, service, ended.StatusCode.ToString());
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
            {
                Log.StreamEnded(_logger, _provider, service, "closed");
            }
        }
    }

    private void OnEvent(ReadOnlySpan<byte> json)
    {
        try
        {
            _onEvent(PayloadJson.Read<ProviderEvent>(json));
        }
        catch (JsonException malformed)
        {
            Log.MalformedEvent(_logger, _provider, malformed.Message);
        }
    }

    private void OnOutput(StdioData data)
    {
        if (data.Channel == StdioData.Types.Channel.Stderr)
        {
            _output.AddRemoteError(data.Data.Span);
        }
    }
}
