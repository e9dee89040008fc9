using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Streaming;

/// <summary>Exchange of the companion service: finds the outbox by its name, everything else the runners do.</summary>
internal sealed class OutboxExchange<TSession>(IStreamDialect<TSession> dialect)
    where TSession : IProviderSession
{
    public Task<OutboxExchangeResponse> RunAsync(OutboxExchangeRequest request, Call<TSession> call, CancellationToken cancellationToken) =>
        call.Runners.ExchangeAsync(request, token => OpenAsync(request.Outbox, call.Connection, token), cancellationToken);

    private async Task<IOutboxRunner> OpenAsync(string name, IProviderConnection<TSession> connection, CancellationToken cancellationToken)
    {
        OutboxDefinition? outbox;
        await using (var session = await connection.OpenAsync(SessionMode.Read, cancellationToken))
        {
            outbox = (await dialect.ReadRecordsAsync(session, StreamTypes.Outbox, [name], cancellationToken)).Select(OutboxDefinition.Read).FirstOrDefault();
        }

        return outbox is null
            ? throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Operation, $"there is no outbox \"{name}\"", "Describe it as a stream_outbox and apply."))
            : await ((IOutboxConnection)connection).OpenRunnerAsync(outbox, cancellationToken);
    }
}
