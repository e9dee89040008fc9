namespace Kolumn.Sdk.Streaming;

/// <summary>The three types of the provider specification, section 4.2.</summary>
public static class StreamTypes
{
    public const string Outbox = "stream_outbox";
    public const string Sink = "stream_sink";
    public const string Route = "stream_route";
}
