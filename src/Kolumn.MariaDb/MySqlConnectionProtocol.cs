namespace MySqlConnector;

/// <summary>How the server is reached.</summary>
public enum MySqlConnectionProtocol
{
    /// <summary>TCP; <c>Server</c> is a host.</summary>
    Sockets = 1,

    /// <summary>A Unix domain socket; <c>Server</c> is its path.</summary>
    UnixSocket = 3,
}
