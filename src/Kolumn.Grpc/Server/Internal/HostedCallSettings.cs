using System.IO.Compression;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The settings of calls in an ASP.NET application, from its options.</summary>
internal sealed class HostedCallSettings(IOptions<GrpcServiceOptions> options, ILoggerFactory loggers)
{
    public CallSettings Settings { get; } = new()
    {
        MaxReceiveMessageSize = options.Value.MaxReceiveMessageSize,
        MaxSendMessageSize = options.Value.MaxSendMessageSize,
        ResponseEncoding = options.Value.ResponseCompressionAlgorithm,
        CompressionLevel = options.Value.ResponseCompressionLevel ?? CompressionLevel.Fastest,
        EnableDetailedErrors = options.Value.EnableDetailedErrors ?? false,
        LiftsRequestLimits = true,
        Logger = loggers.CreateLogger<ServerCall>(),
    };
}
