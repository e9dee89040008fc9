using System.Data.Common;

namespace MySqlConnector;

/// <summary>
/// What the server, or the way to it, refused. The message is theirs; it never holds a password of the connection string, but a server quotes the
/// statement near a syntax error.
/// </summary>
public sealed class MySqlException : DbException
{
    /// <summary>CR_SSL_CONNECTION_ERROR. https://mariadb.com/kb/en/mariadb-error-codes/</summary>
    internal const uint TlsFailed = 2026;

    /// <summary>ER_QUERY_INTERRUPTED: KILL QUERY was heard.</summary>
    internal const int Interrupted = 1317;

    /// <summary>What MySqlConnector says of a time limit; no server's number.</summary>
    internal const int TimedOut = -1;

    private const int UnableToConnect = 1042;
    private const int TooManyConnections = 1040;
    private const int LockWaitTimeout = 1205;
    private const int Deadlock = 1213;
    private const int XaDeadlock = 1614;

    // CR_CONNECTION_ERROR, CR_CONN_HOST_ERROR, CR_IPSOCK_ERROR, CR_UNKNOWN_HOST: nothing answered. CR_SERVER_GONE_ERROR, CR_SERVER_LOST: something did, once.
    private const uint FirstOfConnect = 2002;
    private const uint LastOfConnect = 2005;
    private const uint ServerGone = 2006;
    internal const uint ServerLost = 2013;

    internal MySqlException(string message, Exception? inner = null)
        : this(0, null, message, inner)
    {
    }

    internal MySqlException(int number, string? sqlState, string message, Exception? inner = null)
        : base(message, inner)
    {
        Number = number;
        SqlState = sqlState;
    }

    /// <summary>
    /// The server's error number; 1042 when nothing answered where the server should be, 2026 for TLS, 2006 and 2013 for a connection that was lost, -1 for
    /// a command's time limit.
    /// </summary>
    public int Number { get; }

    public override string? SqlState { get; }

    /// <summary>The same again may succeed.</summary>
    public override bool IsTransient => Number is UnableToConnect or TooManyConnections or LockWaitTimeout or Deadlock or XaDeadlock;

    /// <summary>Of a batch: the command that failed.</summary>
    protected override DbBatchCommand? DbBatchCommand => FailedCommand;

    internal DbBatchCommand? FailedCommand { get; set; }

    /// <summary>After the login: a connection that is lost under TLS has TLS's number.</summary>
    internal static bool IsOfTransport(uint number) => number is ServerGone or ServerLost or TlsFailed;

    /// <summary>While connecting: whatever kept us from a server has MySqlConnector's number.</summary>
    internal static MySqlException ForConnect(uint number, string message, string? sqlState) =>
        number is >= FirstOfConnect and <= LastOfConnect or ServerGone or ServerLost
            ? new MySqlException(UnableToConnect, "08001", message)
            : new MySqlException((int)number, sqlState, message);

    internal static MySqlException ForConnectTimeout(TimeSpan limit) =>
        new(UnableToConnect, "08001", $"Connect Timeout expired: the server did not let us in within {limit.TotalSeconds:0} s.");

    internal static MySqlException ForCommandTimeout(Exception? inner) =>
        new(TimedOut, null, "The Command Timeout expired before the operation completed.", inner);
}
