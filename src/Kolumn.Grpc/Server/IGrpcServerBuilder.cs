using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Where further gRPC settings of an application are made.</summary>
public interface IGrpcServerBuilder
{
    IServiceCollection Services { get; }
}
