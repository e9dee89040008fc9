using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Protocol;

/// <summary>
/// The four methods of the provider contract (provider specification, section 2), on either side of a process boundary:
/// the Sdk's dispatcher implements it for a provider's own code, the Host's connection for a provider process.
/// </summary>
public interface IProvider : IAsyncDisposable
{
    /// <summary>Validates <paramref name="config"/> and connects; what a user can put right comes back in the envelope.</summary>
    Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken);

    /// <summary>Works before <see cref="ConfigureAsync"/>.</summary>
    Task<ProviderSchema> SchemaAsync(CancellationToken cancellationToken);

    /// <summary>Runs one function; <paramref name="input"/> and the result are UTF-8 JSON objects.</summary>
    /// <exception cref="ProviderCallException">Transport, protocol or a defect: never a user's mistake.</exception>
    Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);

    /// <summary>Idempotent.</summary>
    Task<Envelope> CloseAsync(CancellationToken cancellationToken);
}

/// <summary>An <see cref="IProvider"/> that also tells what happens during a long call.</summary>
public interface IProviderEventSource
{
    /// <summary>Raised on any thread, in the order in which the provider sent them; handlers return at once.</summary>
    event Action<ProviderEvent>? EventReceived;
}
