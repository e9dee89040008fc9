using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Serving;

/// <summary>Everything a provider process serves.</summary>
internal sealed record WireServices(ProviderService Provider, EventService Events, OutboxService Outbox, HealthService Health, ControllerService Controller);

/// <param name="SocketPath">null for TCP.</param>
/// <param name="Certificate">null without TLS.</param>
/// <param name="ClientCertificate">The DER bytes of the only certificate that may connect.</param>
internal sealed record WireEndpoint(
    string? SocketPath, (int Min, int Max) Ports, System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate, byte[]? ClientCertificate)
{
    public bool IsHost(System.Security.Cryptography.X509Certificates.X509Certificate2? shown) =>
        shown is not null && ClientCertificate is not null && shown.RawDataMemory.Span.SequenceEqual(ClientCertificate);
}
