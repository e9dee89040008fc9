namespace Grpc.Core;

/// <summary>Wishes for one written message.</summary>
[Flags]
#pragma warning disable CA1711 // the official name
public enum WriteFlags
#pragma warning restore CA1711
{
    /// <summary>The message may wait in the buffer for the next one.</summary>
    BufferHint = 0x1,

    /// <summary>Send the message uncompressed even when the call is compressed.</summary>
    NoCompress = 0x2,
}
