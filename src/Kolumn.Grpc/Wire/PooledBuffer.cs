using System.Buffers;

namespace Grpc.Wire;

/// <summary>
/// A growing buffer on the array pool, filled at the end and consumed at the start. One owner; disposing twice is harmless.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _array;
    private int _start;
    private int _end;

    public PooledBuffer(int capacity) => _array = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 1));

    /// <summary>Bytes written and not consumed.</summary>
    public int Length => _end - _start;

    public ReadOnlySpan<byte> Span => _array.AsSpan(_start, Length);

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(_start, Length);

    /// <summary>For filling in what was reserved.</summary>
    public Span<byte> WritableSpan => _array.AsSpan(_start, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _end);
        _end += count;
    }

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length);
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_end);
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        _start = _end = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    // Moves the content to the front when that makes room enough, else to an array at least twice as large.
    private void Reserve(int count)
    {
        if (_array.Length - _end >= count)
        {
            return;
        }

        var needed = checked(Length + count);
        if (needed <= _array.Length / 2)
        {
            Span.CopyTo(_array);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, _array.Length * 2L), Math.Max(needed, Array.MaxLength)));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }

        _end = Length;
        _start = 0;
    }
}
