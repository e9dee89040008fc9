using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.WrongProviders;

/// <summary>A sound provider behind a defect.</summary>
internal sealed class WrongProvider(IProvider sound, Defect defect) : IProvider, IOutboxSource
{
    private int _schemas;
    private int _closes;

    public Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken) => defect.Configure is { } configure
        ? configure(config, () => sound.ConfigureAsync(config, cancellationToken))
        : sound.ConfigureAsync(config, cancellationToken);

    public async Task<ProviderSchema> SchemaAsync(CancellationToken cancellationToken)
    {
        var schema = await sound.SchemaAsync(cancellationToken);
        return defect.Schema is { } change
            ? PayloadJson.FromNode<ProviderSchema>(change((JsonObject)PayloadJson.ToNode(schema)!, Interlocked.Increment(ref _schemas)))
            : schema;
    }

    public async Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (defect.Function is not { } call)
        {
            return await sound.CallFunctionAsync(function, input, cancellationToken);
        }

        var answer = await call(function, Read(input), NextAsync, cancellationToken);
        return Encoding.UTF8.GetBytes(answer);

        async Task<string> NextAsync(string? other, JsonObject? changed)
        {
            var bytes = changed is null ? input : Encoding.UTF8.GetBytes(changed.ToJsonString());
            return Encoding.UTF8.GetString((await sound.CallFunctionAsync(other ?? function, bytes, cancellationToken)).Span);
        }
    }

    public async Task<OutboxExchangeResponse> ExchangeAsync(OutboxExchangeRequest request, CancellationToken cancellationToken)
    {
        var answer = await ((IOutboxSource)sound).ExchangeAsync(request, cancellationToken);
        return defect.Exchange is { } change ? change(answer) : answer;
    }

    public async Task<Envelope> CloseAsync(CancellationToken cancellationToken) =>
        defect.Close?.Invoke(Interlocked.Increment(ref _closes)) ?? await sound.CloseAsync(cancellationToken);

    public ValueTask DisposeAsync() => sound.DisposeAsync();

    private static JsonObject? Read(ReadOnlyMemory<byte> input)
    {
        try
        {
            return JsonNode.Parse(input.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
