using Kolumn.Protocol.Payloads;

namespace Kolumn.Protocol;

/// <summary>
/// A provider whose outboxes can be relayed: it hands out events and is told what became of them. An optional ability beside the
/// four methods, announced as the capability <see cref="Capability"/>.
/// </summary>
public interface IOutboxSource
{
    /// <summary>The name of the ability in a provider's schema.</summary>
    const string Capability = "outbox_relay";

    /// <summary>
    /// Records what became of events and hands out further ones. After a failure nothing is known of what was to be settled; it is
    /// handed out again at some time, to this runner or another one.
    /// </summary>
    /// <exception cref="ProviderCallException">Transport, protocol or a defect; also when the provider has no such ability.</exception>
    Task<OutboxExchangeResponse> ExchangeAsync(OutboxExchangeRequest request, CancellationToken cancellationToken);
}
