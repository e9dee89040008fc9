using Google.Protobuf;
using Kolumn.Host.Connection;
using Kolumn.Host.Supervision;
using Kolumn.Protocol.Wire;

namespace Kolumn.Compliance.Probing;

/// <summary>A process as it is: nothing is sent twice, nothing is started again.</summary>
internal sealed class SessionWire(ProviderSession session) : IProviderWire
{
    public bool IsAlive => session.IsAlive;

    public int ProcessId => session.ProcessId;

    public async Task<ReadOnlyMemory<byte>> ConfigureAsync(ReadOnlyMemory<byte> config, string requestId, CancellationToken cancellationToken) =>
        (await session.ConfigureAsync(new ConfigureRequest { Config = Bytes(config) }, requestId, cancellationToken)).Result.Memory;

    public async Task<ReadOnlyMemory<byte>> SchemaAsync(string requestId, CancellationToken cancellationToken) =>
        (await session.SchemaAsync(requestId, cancellationToken)).Schema.Memory;

    public async Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, string requestId, CancellationToken cancellationToken) =>
        (await session.CallFunctionAsync(new CallFunctionRequest { Function = function, Input = Bytes(input) }, requestId, cancellationToken)).Output.Memory;

    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> input, string requestId, CancellationToken cancellationToken) =>
        (await session.ExchangeAsync(new ExchangeRequest { Request = Bytes(input) }, requestId, cancellationToken)).Response.Memory;

    public ProviderChannel ConnectBeside(Func<Stream, Stream>? through) => session.ConnectBeside(through);

    public async Task<ReadOnlyMemory<byte>> CloseAsync(string requestId, CancellationToken cancellationToken) => (await session.CloseAsync(requestId, cancellationToken)).Result.Memory;

    public async Task<IReadOnlyList<string>> StopAsync() => (await session.StopAsync()).Warnings ?? [];

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private static ByteString Bytes(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);
}
