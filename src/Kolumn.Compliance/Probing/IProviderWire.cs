using Kolumn.Host.Connection;

namespace Kolumn.Compliance.Probing;

/// <summary>The four methods in bytes: of a process alone, or of one with its host's assistance.</summary>
internal interface IProviderWire : IAsyncDisposable
{
    bool IsAlive { get; }

    int ProcessId { get; }

    Task<ReadOnlyMemory<byte>> ConfigureAsync(ReadOnlyMemory<byte> config, string requestId, CancellationToken cancellationToken);

    Task<ReadOnlyMemory<byte>> SchemaAsync(string requestId, CancellationToken cancellationToken);

    Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, string requestId, CancellationToken cancellationToken);

    /// <summary>The outbox companion's method.</summary>
    Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> input, string requestId, CancellationToken cancellationToken);

    /// <summary>A further connection to the same process; whoever asks for it disposes it.</summary>
    /// <param name="through">What its bytes go through; null for nothing.</param>
    ProviderChannel ConnectBeside(Func<Stream, Stream>? through);

    /// <summary>The method alone; the process goes on.</summary>
    Task<ReadOnlyMemory<byte>> CloseAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>Close, Shutdown, the end of stdin, SIGTERM, SIGKILL.</summary>
    /// <returns>What did not go as it should.</returns>
    Task<IReadOnlyList<string>> StopAsync();
}
