using System.Data.Common;
using MySqlConnector;

namespace Kolumn.Providers.MySql.Database;

/// <summary>The one place that knows the driver by name; everybody else sees System.Data.Common.</summary>
internal static class MySqlClient
{
    public static DbDataSource CreateSource(MySqlOptions options) => new MySqlDataSource(new MySqlConnectionStringBuilder
    {
        Server = options.Host,
        Port = (uint)options.Port,
        ConnectionProtocol = options.Host.StartsWith('/') ? MySqlConnectionProtocol.UnixSocket : MySqlConnectionProtocol.Sockets,
        UserID = options.Username,
        Password = options.Password?.Reveal() ?? "",
        Database = options.Database ?? "",
        SslMode = options.SslMode switch
        {
            "disable" => MySqlSslMode.Disabled,
            "require" => MySqlSslMode.Required,
            "verify-ca" => MySqlSslMode.VerifyCA,
            "verify-full" => MySqlSslMode.VerifyFull,
            _ => MySqlSslMode.Preferred,
        },
        SslCa = options.RootCertificate ?? "",
        MaximumPoolSize = (uint)options.ConnectionPool,
        ConnectionTimeout = (uint)options.ConnectTimeout.TotalSeconds,
        DefaultCommandTimeout = (uint)options.QueryTimeout.TotalSeconds,
        AllowZeroDateTime = true,
        GuidFormat = MySqlGuidFormat.None,

        // $1 of a statement is no variable, but users' expressions may hold some.
        AllowUserVariables = true,
    }.ConnectionString);

    /// <summary>The server's error number, or the library's from 2000 on; 0 when it has none.</summary>
    public static int NumberOf(DbException exception) => exception is MySqlException known ? known.Number : 0;
}
