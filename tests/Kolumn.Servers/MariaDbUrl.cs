namespace Kolumn.Servers;

/// <summary>The parts of a MariaDB connection's URL, <c>mysql://user:password@host:port/database</c>.</summary>
public sealed record MariaDbUrl(string Host, int Port, string User, string Password, string Database)
{
    public static MariaDbUrl Parse(string url)
    {
        var uri = new Uri(url);
        var credentials = uri.UserInfo.Split(':', 2);
        return new MariaDbUrl(
            uri.Host,
            uri.Port < 0 ? 3306 : uri.Port,
            Uri.UnescapeDataString(credentials[0]),
            credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : "",
            Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')));
    }

    /// <summary>For ADO.NET.</summary>
    public string ToConnectionString() => $"Server={Host};Port={Port};User ID={User};Password='{Password}';Database={Database}";

    public override string ToString() =>
        $"mysql://{Uri.EscapeDataString(User)}:{Uri.EscapeDataString(Password)}@{Host}:{Port}/{Uri.EscapeDataString(Database)}";
}
