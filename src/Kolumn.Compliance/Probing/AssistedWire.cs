using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Host.Connection;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Compliance.Probing;

/// <summary>A provider with what its host does for it: the functions that it leaves out are answered before they come to it.</summary>
internal sealed class AssistedWire : IProviderWire
{
    private readonly Probe _probe;
    private readonly IProvider _assisted;

    public AssistedWire(Probe probe, Func<IProvider, IProvider> assist)
    {
        _probe = probe;
        _assisted = assist(new ProbedProvider(probe));
    }

    public bool IsAlive => _probe.IsAlive;

    public int ProcessId => _probe.ProcessId;

    public async Task<ReadOnlyMemory<byte>> ConfigureAsync(ReadOnlyMemory<byte> config, string requestId, CancellationToken cancellationToken) =>
        PayloadJson.Write(await _assisted.ConfigureAsync(PayloadJson.Read<JsonObject>(config.Span), cancellationToken));

    public async Task<ReadOnlyMemory<byte>> SchemaAsync(string requestId, CancellationToken cancellationToken) => PayloadJson.Write(await _assisted.SchemaAsync(cancellationToken));

    public Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, string requestId, CancellationToken cancellationToken) =>
        _assisted.CallFunctionAsync(function, input, cancellationToken);

    /// <remarks>Nothing that a host adds: it is the provider's own.</remarks>
    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> input, string requestId, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetBytes((await _probe.ExchangeAsync((JsonObject)JsonNode.Parse(input.Span)!, cancellationToken)).Text);

    public ProviderChannel ConnectBeside(Func<Stream, Stream>? through) => _probe.ConnectBeside(through);

    public async Task<ReadOnlyMemory<byte>> CloseAsync(string requestId, CancellationToken cancellationToken) => PayloadJson.Write(await _assisted.CloseAsync(cancellationToken));

    public Task<IReadOnlyList<string>> StopAsync() => _probe.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _assisted.DisposeAsync();
        await _probe.DisposeAsync();
    }

    /// <summary>The probe as its host sees a provider.</summary>
    private sealed class ProbedProvider(Probe probe) : IProvider
    {
        public async Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken) =>
            PayloadJson.Read<Envelope>(Answered(await probe.ConfigureAsync((JsonObject)config.DeepClone(), cancellationToken), cancellationToken).Span);

        public async Task<ProviderSchema> SchemaAsync(CancellationToken cancellationToken)
        {
            try
            {
                return PayloadJson.Read<ProviderSchema>(Answered(await probe.SchemaAsync(cancellationToken), cancellationToken).Span);
            }
            catch (JsonException odd)
            {
                throw new ProviderCallException(ProviderCallFailure.Defect, $"its schema is none: {odd.Message}", odd);
            }
        }

        public async Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
            Answered(await probe.CallAsync(function, input.ToArray(), cancellationToken), cancellationToken);

        public async Task<Envelope> CloseAsync(CancellationToken cancellationToken) =>
            probe.IsAlive ? PayloadJson.Read<Envelope>(Answered(await probe.CloseAsync(cancellationToken), cancellationToken).Span) : Envelope.Ok;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static ReadOnlyMemory<byte> Answered(Answer answer, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return answer.Kind == AnswerKind.Answered ? Encoding.UTF8.GetBytes(answer.Text) : throw new ProviderCallException(
                answer.Kind switch
                {
                    AnswerKind.Unsupported => ProviderCallFailure.UnsupportedFunction,
                    AnswerKind.InvalidRequest => ProviderCallFailure.InvalidRequest,
                    AnswerKind.NotConfigured => ProviderCallFailure.NotConfigured,
                    AnswerKind.TooLarge => ProviderCallFailure.TooLarge,
                    AnswerKind.Hung => ProviderCallFailure.DeadlineExceeded,
                    _ => ProviderCallFailure.Defect,
                },
                answer.Outcome);
        }
    }
}
