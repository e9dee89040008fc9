using Grpc.Wire;

namespace Kolumn.Cli.Rendering;

/// <summary>
/// A stream that is written to and never fails: a disk that fills up under the output must not end an apply in its middle. What
/// went wrong is remembered, to be said at the end, and everything after it is dropped.
/// </summary>
/// <remarks>A pipe whose reader has gone is no failure: the runtime's console streams drop what nobody takes.</remarks>
internal sealed class SteadyStream(Stream inner) : ForwardOnlyStream
{
    /// <summary>Why something was lost; null when nothing was.</summary>
    public string? Fault { get; private set; }

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Fault is not null)
        {
            return;
        }

        try
        {
            inner.Write(buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The outer one of the two says only that access was denied.
            Fault = (failure.InnerException ?? failure).Message;
        }
    }
}
