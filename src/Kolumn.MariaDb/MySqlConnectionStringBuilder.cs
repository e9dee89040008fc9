using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>
/// A connection string in parts. Keywords are MySqlConnector's, in any spelling of theirs; one that is not understood here is
/// an error, never ignored. https://mysqlconnector.net/connection-options/
/// </summary>
public sealed class MySqlConnectionStringBuilder : DbConnectionStringBuilder
{
    // The spelling that is kept, then the others.
    private static readonly string[][] Keywords =
    [
        ["Server", "Host", "Data Source", "DataSource", "Address", "Addr", "Network Address"],
        ["Port"],
        ["User ID", "UserID", "Username", "Uid", "User name", "User"],
        ["Password", "pwd"],
        ["Database", "Initial Catalog"],
        ["Connection Protocol", "ConnectionProtocol", "Protocol"],
        ["SSL Mode", "SslMode"],
        ["SSL CA", "CACertificateFile", "CA Certificate File", "SslCa", "Ssl-Ca"],
        ["SSL Cert", "SslCert", "Ssl-Cert"],
        ["SSL Key", "SslKey", "Ssl-Key"],
        ["Pooling"],
        ["Maximum Pool Size", "Max Pool Size", "MaximumPoolSize", "maxpoolsize"],
        ["Connection Timeout", "ConnectionTimeout", "Connect Timeout"],
        ["Default Command Timeout", "DefaultCommandTimeout", "Command Timeout"],
        ["Allow User Variables", "AllowUserVariables"],
        ["Allow Zero DateTime", "AllowZeroDateTime"],
        ["Convert Zero DateTime", "ConvertZeroDateTime"],
        ["Treat Tiny As Boolean", "TreatTinyAsBoolean"],
        ["GUID Format", "GuidFormat"],
        ["Use Affected Rows", "UseAffectedRows"],
        ["Persist Security Info", "PersistSecurityInfo"],
    ];

    private static readonly Dictionary<string, string> Spellings = Keywords
        .SelectMany(spellings => spellings.Select(spelling => (spelling, Kept: spellings[0])))
        .ToDictionary(s => s.spelling, s => s.Kept, StringComparer.OrdinalIgnoreCase);

    public MySqlConnectionStringBuilder()
    {
    }

    /// <exception cref="ArgumentException">A keyword or value is not understood. The message names the keyword, never a value.</exception>
    public MySqlConnectionStringBuilder(string connectionString)
    {
        ConnectionString = connectionString;
        _ = ToOptions();
    }

    /// <summary>A host name or address; with <see cref="MySqlConnectionProtocol.UnixSocket"/> a path.</summary>
    public string Server { get => Text("Server", ""); set => this["Server"] = value; }

    public uint Port { get => Number("Port", 3306); set => this["Port"] = value; }

    public string UserID { get => Text("User ID", ""); set => this["User ID"] = value; }

    public string Password { get => Text("Password", ""); set => this["Password"] = value; }

    public string Database { get => Text("Database", ""); set => this["Database"] = value; }

    public MySqlConnectionProtocol ConnectionProtocol
    {
        get => Text("Connection Protocol", "Sockets").ToUpperInvariant() switch
        {
            "SOCKETS" or "SOCKET" or "TCP" or "1" => MySqlConnectionProtocol.Sockets,
            "UNIXSOCKET" or "UNIX" or "3" => MySqlConnectionProtocol.UnixSocket,
            _ => throw NotUnderstood("Connection Protocol"),
        };
        set => this["Connection Protocol"] = value;
    }

    public MySqlSslMode SslMode { get => Named("SSL Mode", MySqlSslMode.Preferred); set => this["SSL Mode"] = value; }

    /// <summary>A PEM file with the authority that a server's certificate must come from.</summary>
    public string SslCa { get => Text("SSL CA", ""); set => this["SSL CA"] = value; }

    /// <summary>A PEM file with our own certificate.</summary>
    public string SslCert { get => Text("SSL Cert", ""); set => this["SSL Cert"] = value; }

    /// <summary>A PEM file with the key of our own certificate.</summary>
    public string SslKey { get => Text("SSL Key", ""); set => this["SSL Key"] = value; }

    /// <summary>Whether closed connections are kept for who comes next.</summary>
    public bool Pooling { get => Flag("Pooling", true); set => this["Pooling"] = value; }

    public uint MaximumPoolSize { get => Number("Maximum Pool Size", 100); set => this["Maximum Pool Size"] = value; }

    /// <summary>Seconds; 0 is no limit.</summary>
    public uint ConnectionTimeout { get => Number("Connection Timeout", 15); set => this["Connection Timeout"] = value; }

    /// <summary>Seconds; 0 is no limit.</summary>
    public uint DefaultCommandTimeout { get => Number("Default Command Timeout", 30); set => this["Default Command Timeout"] = value; }

    /// <summary>Whether <c>@name</c> without a parameter of that name is left to the server.</summary>
    public bool AllowUserVariables { get => Flag("Allow User Variables", false); set => this["Allow User Variables"] = value; }

    /// <summary>Dates are read as <see cref="MySqlDateTime"/>.</summary>
    public bool AllowZeroDateTime { get => Flag("Allow Zero DateTime", false); set => this["Allow Zero DateTime"] = value; }

    /// <summary>Zero dates are read as <see cref="DateTime.MinValue"/>.</summary>
    public bool ConvertZeroDateTime { get => Flag("Convert Zero DateTime", false); set => this["Convert Zero DateTime"] = value; }

    /// <summary><c>TINYINT(1)</c> is read as <see cref="bool"/>.</summary>
    public bool TreatTinyAsBoolean { get => Flag("Treat Tiny As Boolean", true); set => this["Treat Tiny As Boolean"] = value; }

    public MySqlGuidFormat GuidFormat { get => Named("GUID Format", MySqlGuidFormat.Default); set => this["GUID Format"] = value; }

    /// <summary>An UPDATE counts rows that it changed, not those that it found.</summary>
    public bool UseAffectedRows { get => Flag("Use Affected Rows", false); set => this["Use Affected Rows"] = value; }

    /// <summary>Whether a connection that was opened still shows its password.</summary>
    public bool PersistSecurityInfo { get => Flag("Persist Security Info", false); set => this["Persist Security Info"] = value; }

    [AllowNull]
    public override object this[string keyword]
    {
        get => base[Spelled(keyword)];
        set => base[Spelled(keyword)] = value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
    }

    public override bool ContainsKey(string keyword) => Spellings.TryGetValue(keyword, out var kept) && base.ContainsKey(kept);

    public override bool Remove(string keyword) => Spellings.TryGetValue(keyword, out var kept) && base.Remove(kept);

    public override bool TryGetValue(string keyword, [NotNullWhen(true)] out object? value)
    {
        value = null;
        return Spellings.TryGetValue(keyword, out var kept) && base.TryGetValue(kept, out value);
    }

    /// <summary>All values at once, checked.</summary>
    internal SessionOptions ToOptions()
    {
        var socket = ConnectionProtocol == MySqlConnectionProtocol.UnixSocket ? Server : null;
        _ = (Pooling, MaximumPoolSize, PersistSecurityInfo);
        return new SessionOptions
        {
            Server = Server,
            Port = Port,
            Socket = socket,
            User = UserID,
            Password = Password,
            Database = Database,
            SslMode = SslMode,
            SslCa = Path(SslCa),
            SslCert = Path(SslCert),
            SslKey = Path(SslKey),
            ConnectionTimeout = ConnectionTimeout,
            DefaultCommandTimeout = DefaultCommandTimeout,
            AllowUserVariables = AllowUserVariables,
            TreatTinyAsBoolean = TreatTinyAsBoolean,
            ConvertZeroDateTime = ConvertZeroDateTime,
            AllowZeroDateTime = AllowZeroDateTime,
            UseAffectedRows = UseAffectedRows,
            GuidFormat = GuidFormat,
        };
    }

    private static string? Path(string value) => value.Length == 0 ? null : value;

    private static string Spelled(string keyword) =>
        Spellings.TryGetValue(keyword, out var kept) ? kept : throw new ArgumentException($"Option '{keyword}' not supported.");

    private static ArgumentException NotUnderstood(string keyword) => new($"The value of option '{keyword}' is not understood.");

    private string Text(string keyword, string absent) => base.TryGetValue(keyword, out var value) ? (string)value : absent;

    private uint Number(string keyword, uint absent) =>
        !base.TryGetValue(keyword, out var value) ? absent
        : uint.TryParse((string)value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw NotUnderstood(keyword);

    private bool Flag(string keyword, bool absent) =>
        !base.TryGetValue(keyword, out var value) ? absent
        : ((string)value).ToUpperInvariant() switch
        {
            "TRUE" or "YES" or "1" => true,
            "FALSE" or "NO" or "0" => false,
            _ => throw NotUnderstood(keyword),
        };

    private T Named<T>(string keyword, T absent)
        where T : struct, Enum =>
        !base.TryGetValue(keyword, out var value) ? absent
        : Enum.TryParse<T>((string)value, ignoreCase: true, out var named) && Enum.IsDefined(named) ? named
        : throw NotUnderstood(keyword);
}
