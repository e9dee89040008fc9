using Grpc.Wire;

namespace Kolumn.Compliance.Probing;

/// <summary>A connection from which nobody reads for a while. What is sent meanwhile stands in the system's buffers, and then at the sender.</summary>
internal sealed class Stall
{
    private volatile TaskCompletionSource _flow = Flowing();

    public void Begin() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void End() => _flow.TrySetResult();

    /// <summary>Bytes of <paramref name="connection"/> arrive while nothing is stalled.</summary>
    public Stream Before(Stream connection) => new StallingStream(this, connection);

    private static TaskCompletionSource Flowing()
    {
        var flowing = new TaskCompletionSource();
        flowing.SetResult();
        return flowing;
    }

    private sealed class StallingStream(Stall stall, Stream connection) : ForwardOnlyStream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        // A read that had begun before the stall brings its bytes after it.
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await stall._flow.Task.WaitAsync(cancellationToken);
            var read = await connection.ReadAsync(buffer, cancellationToken);
            await stall._flow.Task.WaitAsync(cancellationToken);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => connection.WriteAsync(buffer, offset, count, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

        public override void Flush() => connection.Flush();

        public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer, offset, count);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                connection.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
