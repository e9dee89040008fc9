using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// Takes messages out of a response body through one pooled buffer. One read of the body often brings several small messages; they
/// are taken without another.
/// </summary>
internal sealed class ResponseMessages(Stream body, string? encoding, int? maxLength) : IDisposable
{
    private const int InitialBuffer = 16 * 1024;

    // Below this an announced length is believed; above, only once as much has really arrived.
    private const int TrustedLength = 1024 * 1024;

    private readonly PooledBuffer _buffer = new(InitialBuffer);
    private FrameHeader? _header;

    /// <summary>Whether bytes have arrived that no message has taken.</summary>
    public bool HasRest => _buffer.Length > 0;

    /// <summary>Takes the next message if all of it has arrived.</summary>
    /// <exception cref="WireException">What arrived is malformed or exceeds the limit.</exception>
    public bool TryTake<T>(Marshaller<T> marshaller, [MaybeNullWhen(false)] out T message)
    {
        message = default;
        if (_header is null && _buffer.Length >= FrameHeader.Size)
        {
            _header = FrameHeader.Read(_buffer.Span, maxLength);
        }

        if (_header is not { } header || _buffer.Length - FrameHeader.Size < header.Length)
        {
            return false;
        }

        var payload = new ReadOnlySequence<byte>(_buffer.Memory.Slice(FrameHeader.Size, header.Length));
        if (header.IsCompressed)
        {
            using var inflated = MessageEncoding.Inflate(payload, encoding, maxLength);
            message = marshaller.Deserialize(new ReadOnlySequence<byte>(inflated.Memory));
        }
        else
        {
            message = marshaller.Deserialize(payload);
        }

        _buffer.Consume(FrameHeader.Size + header.Length);
        _header = null;
        return true;
    }

    /// <summary>Waits for more bytes; false at the end of the body.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var read = await body.ReadAsync(_buffer.GetMemory(RoomNeeded()), cancellationToken).ConfigureAwait(false);
        _buffer.Advance(read);
        return read > 0;
    }

    public void Dispose() => _buffer.Dispose();

    private int RoomNeeded()
    {
        if (_header is not { } header)
        {
            return 1;
        }

        var missing = FrameHeader.Size + header.Length - _buffer.Length;
        return header.Length <= TrustedLength || _buffer.Length >= TrustedLength ? missing : Math.Min(missing, TrustedLength);
    }
}
