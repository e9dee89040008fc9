namespace Kolumn.Host.Supervision;

/// <summary>Reads a pipe to its end, so that whoever writes to it never blocks.</summary>
internal static class StreamDrain
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Ends at the end of the stream, when the token is cancelled, or when the pipe breaks.</summary>
    public static async Task RunAsync(Stream stream, Action<ReadOnlySpan<byte>> onBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSize];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                onBytes(buffer.AsSpan(0, read));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The pipe was closed on this side: a descendant that still holds the other end is not waited for.
        }
    }
}
