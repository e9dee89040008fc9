using Google.Protobuf;
using Grpc.Core;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Wire;
using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Serving;

/// <summary>The companion service of outboxes on the wire.</summary>
internal sealed class OutboxService(IOutboxSource source) : ProviderOutbox.ProviderOutboxBase
{
    public override Task<ExchangeResponse> Exchange(ExchangeRequest request, ServerCallContext context) => ProviderService.AnswerAsync(nameof(Exchange), context, async token =>
        new ExchangeResponse { Response = UnsafeByteOperations.UnsafeWrap(PayloadJson.Write(await source.ExchangeAsync(ReadRequest(request), token))) });

    private static OutboxExchangeRequest ReadRequest(ExchangeRequest request)
    {
        try
        {
            return PayloadJson.Read<OutboxExchangeRequest>(request.Request.Span);
        }
        catch (System.Text.Json.JsonException malformed)
        {
            throw new ProviderCallException(ProviderCallFailure.InvalidRequest, $"the request of Exchange is not what it takes: {malformed.Message}", malformed);
        }
    }
}
