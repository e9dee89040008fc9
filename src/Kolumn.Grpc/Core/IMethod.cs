namespace Grpc.Core;

/// <summary>A remote method without its message types.</summary>
public interface IMethod
{
    MethodType Type { get; }

    /// <summary>Full name of the service, e.g. <c>grpc.health.v1.Health</c>.</summary>
    string ServiceName { get; }

    /// <summary>Name of the method within its service.</summary>
    string Name { get; }

    /// <summary><c>/service/method</c>: the HTTP/2 path.</summary>
    string FullName { get; }
}
