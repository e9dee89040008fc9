namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>The settings both kinds of server have.</summary>
internal sealed record ServerSettings
{
    public int? MaxReceiveMessageSize { get; init; } = 4 * 1024 * 1024;

    public int? MaxSendMessageSize { get; init; }

    public bool EnableDetailedErrors { get; init; }

    public string? ResponseCompressionAlgorithm { get; init; }
}
