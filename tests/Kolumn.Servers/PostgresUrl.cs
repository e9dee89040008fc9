using Npgsql;

namespace Kolumn.Servers;

/// <summary>The URL form of a PostgreSQL connection, <c>postgres://user:password@host:port/database</c>, for Npgsql.</summary>
public static class PostgresUrl
{
    public static NpgsqlConnectionStringBuilder ToBuilder(string url)
    {
        var uri = new Uri(url);
        var credentials = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port < 0 ? 5432 : uri.Port,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(credentials[0]),
            Password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
            Pooling = false,
            IncludeErrorDetail = true,
        };
    }

    public static string ToConnectionString(string url) => ToBuilder(url).ConnectionString;

    /// <summary>The same server with another database.</summary>
    public static string WithDatabase(string url, string database) => new UriBuilder(url) { Path = "/" + Uri.EscapeDataString(database) }.Uri.ToString();
}
