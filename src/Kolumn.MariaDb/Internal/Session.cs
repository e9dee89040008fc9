using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using MySqlConnector.Native;

namespace MySqlConnector.Internal;

/// <summary>
/// One connection to a server, as blocking calls: send, headers, rows, next. Its callers see to it that there is one call at
/// a time; only <see cref="Abort"/> may come in between.
/// </summary>
internal sealed class Session : IDisposable
{
    // https://mariadb.com/kb/en/connection/#capabilities
    private const uint FoundRows = 1 << 1;
    private const uint MultiStatements = 1 << 16;
    private const uint MultiResults = 1 << 17;

    private const uint ProtocolTcp = 1;
    private const uint ProtocolSocket = 2;
    private const int NoMoreResults = -1;

    // What a socket takes at once, what is worth looking through, and microseconds: a thousand is the least that a poll can wait.
    private const int MaximumAhead = 8 * 1024;
    private const int MaximumAnswer = 4 * 1024;
    private const int Moment = 1000;

    // Without these a server could make the client prompt for a password, or hand it over in clear.
    private const string PluginsWithoutClearPassword = "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,auth_gssapi_client,parsec";

    private readonly ConnectionHandle _handle;
    private readonly SessionOptions _options;

    // Looks into what has arrived; null under TLS, where that says nothing.
    private Socket? _arrivals;
    private bool _isSent;

    private Session(ConnectionHandle handle, SessionOptions options) => (_handle, _options) = (handle, options);

    /// <summary>The server's number for this connection, for KILL.</summary>
    public ulong ThreadId { get; private set; }

    public string ServerVersion { get; private set; } = "";

    /// <summary>Whether <see cref="SendAhead"/> is possible with a text of this length.</summary>
    public bool CanSendAhead(int length) => _arrivals is not null && length <= MaximumAhead;

    /// <summary>The transport has gone; nothing can be asked any more.</summary>
    public bool IsBroken { get; private set; }

    /// <exception cref="MySqlException">The server cannot be reached, or refuses.</exception>
    public static Session Connect(SessionOptions options)
    {
        var handle = ConnectionHandle.Create();
        try
        {
            var session = new Session(handle, options);
            session.SetOptions();
            session.Connect();
            return session;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a short text, one statement, ahead of the <see cref="Query"/> for it, and waits a moment for the answer. Never for longer: it may be called on
    /// any thread.
    /// </summary>
    /// <returns>Whether the whole answer has arrived, so that reading it will not wait.</returns>
    public unsafe bool SendAhead(ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text)
        {
            Check(MariaDbApi.SendQuery(_handle, bytes, new CULong((nuint)text.Length)));
        }

        _isSent = true;
        if (!_arrivals!.Poll(Moment, SelectMode.SelectRead))
        {
            return false;
        }

        Span<byte> arrived = stackalloc byte[MaximumAnswer];
        var count = _arrivals.Receive(arrived, SocketFlags.Peek, out var error);
        return error == SocketError.Success && count < arrived.Length && Answer.IsWhole(arrived[..count]);
    }

    /// <summary>Sends the text, unless it was sent ahead, and waits until the first statement in it is answered.</summary>
    public unsafe ResultHeader Query(ReadOnlySpan<byte> text)
    {
        if (_isSent)
        {
            _isSent = false;
            Check(MariaDbApi.ReadQueryResult(_handle));
            return ReadHeader();
        }

        fixed (byte* bytes = text)
        {
            Check(MariaDbApi.Query(_handle, bytes, new CULong((nuint)text.Length)));
        }

        return ReadHeader();
    }

    /// <summary>The next statement's answer; null when every statement has been answered.</summary>
    public ResultHeader? Next()
    {
        SkipRows();
        var next = MariaDbApi.NextResult(_handle);
        if (next == NoMoreResults)
        {
            return null;
        }

        Check(next);
        return ReadHeader();
    }

    /// <summary>Adds rows until the chunk is full or the result at its end.</summary>
    public unsafe void Fetch(RowChunk chunk, int columns)
    {
        while (!chunk.IsFull)
        {
            var row = MariaDbApi.FetchRow(_handle.Result);
            if (row == null)
            {
                // The end looks like a failure but for the number.
                Check(MariaDbApi.ErrorNumber(_handle) == 0 ? 0 : 1);
                chunk.IsLast = true;
                return;
            }

            var lengths = MariaDbApi.FetchLengths(_handle.Result);
            for (var column = 0; column < columns; column++)
            {
                if (row[column] == null)
                {
                    chunk.AddNull();
                }
                else
                {
                    chunk.Add(new ReadOnlySpan<byte>(row[column], checked((int)lengths[column].Value)));
                }
            }
        }
    }

    /// <summary>Reads and forgets whatever the server still sends.</summary>
    public void Drain()
    {
        while (Next() is not null)
        {
        }
    }

    public void Ping() => Check(MariaDbApi.Ping(_handle));

    /// <summary>Back to how the connection was when new.</summary>
    public void Reset()
    {
        _handle.CloseStatements();
        Check(MariaDbApi.Reset(_handle));

        // The server's own character set is the connection's now.
        Query("SET NAMES utf8mb4"u8);
        if (_options.Database.Length > 0)
        {
            SelectDatabase(_options.Database);
        }
    }

    public PreparedStatement Prepare(string text) => PreparedStatement.Prepare(this, _handle, _options, text);

    /// <exception cref="MySqlException">Always.</exception>
    public void Fail(uint number, nint sqlState, nint message)
    {
        IsBroken |= MySqlException.IsOfTransport(number);
        var text = Marshal.PtrToStringUTF8(message) ?? "";
        throw number == MySqlException.TlsFailed
            ? new MySqlException((int)MySqlException.ServerLost, "08S01", $"Lost connection to server during query: {text}")
            : new MySqlException((int)number, IsBroken ? "08S01" : Marshal.PtrToStringUTF8(sqlState), text);
    }

    public void SelectDatabase(string database) => Check(MariaDbApi.SelectDatabase(_handle, database));

    /// <exception cref="MySqlException">The last call on the connection failed.</exception>
    public void Check(int failed)
    {
        if (failed == 0)
        {
            return;
        }

        Fail(MariaDbApi.ErrorNumber(_handle), MariaDbApi.SqlState(_handle), MariaDbApi.ErrorMessage(_handle));
    }

    /// <summary>Makes the call that is under way fail, from another thread.</summary>
    public void Abort()
    {
        try
        {
            _ = MariaDbApi.Abort(_handle);
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    public void Dispose()
    {
        _arrivals?.Dispose();
        _handle.Dispose();
    }

    private void SetOptions()
    {
        Set(ConnectionOption.ConnectTimeout, _options.ConnectionTimeout);
        Set(ConnectionOption.Protocol, _options.Socket is null ? ProtocolTcp : ProtocolSocket);
        Set(ConnectionOption.LocalInfile, 0u);
        _ = MariaDbApi.SetOption(_handle, ConnectionOption.CharacterSet, "utf8mb4");
        _ = MariaDbApi.SetOption(
            _handle,
            ConnectionOption.RestrictedAuthentication,
            _options.SslMode >= MySqlSslMode.VerifyCA ? PluginsWithoutClearPassword + ",mysql_clear_password" : PluginsWithoutClearPassword);

        Set(ConnectionOption.UseTls, (byte)(_options.SslMode == MySqlSslMode.None ? 0 : 1));

        // The library checks the name together with the chain, or, with an authority named, the chain alone.
        var verifiesName = _options.SslMode == MySqlSslMode.VerifyFull || (_options.SslMode == MySqlSslMode.VerifyCA && _options.SslCa is null);
        Set(ConnectionOption.VerifyServerCertificate, (byte)(verifiesName ? 1 : 0));
        if (_options.SslMode >= MySqlSslMode.VerifyCA && _options.SslCa is { } authority)
        {
            _ = MariaDbApi.SetOption(_handle, ConnectionOption.TlsAuthority, authority);
        }

        if (_options is { SslMode: not MySqlSslMode.None, SslCert: { } certificate, SslKey: { } key })
        {
            _ = MariaDbApi.SetOption(_handle, ConnectionOption.TlsCertificate, certificate);
            _ = MariaDbApi.SetOption(_handle, ConnectionOption.TlsKey, key);
        }
    }

    private void Set(ConnectionOption option, uint value) => _ = MariaDbApi.SetOption(_handle, option, in value);

    private void Set(ConnectionOption option, byte value) => _ = MariaDbApi.SetOption(_handle, option, in value);

    private void Connect()
    {
        var flags = MultiStatements | MultiResults | (_options.UseAffectedRows ? 0 : FoundRows);
        var password = Encoding.UTF8.GetBytes(_options.Password + '\0');
        var connected = MariaDbApi.Connect(
            _handle,
            _options.Socket is null ? _options.Server : null,
            _options.User,
            password,
            _options.Database.Length == 0 ? null : _options.Database,
            _options.Port,
            _options.Socket,
            new CULong(flags));
        Array.Clear(password);
        if (connected == 0)
        {
            throw MySqlException.ForConnect(MariaDbApi.ErrorNumber(_handle), ErrorMessage(), SqlState());
        }

        if (_options.SslMode >= MySqlSslMode.Required && MariaDbApi.Cipher(_handle) == 0)
        {
            throw MySqlException.ForConnect(
                MySqlException.TlsFailed, $"SslMode is {_options.SslMode}, but the server at {_options.Socket ?? _options.Server} does not offer TLS.", "08001");
        }

        ThreadId = MariaDbApi.ThreadId(_handle).Value;
        if (MariaDbApi.Cipher(_handle) == 0)
        {
            var socket = MariaDbApi.Socket(_handle);
            _arrivals = new Socket(new SafeSocketHandle(OperatingSystem.IsWindows() ? socket : (int)socket, ownsHandle: false));
        }

        ServerVersion = Marshal.PtrToStringUTF8(MariaDbApi.ServerVersion(_handle)) ?? "";
    }

    private ResultHeader ReadHeader()
    {
        var count = (int)MariaDbApi.FieldCount(_handle);
        if (count == 0)
        {
            return new ResultHeader([], unchecked((long)MariaDbApi.AffectedRows(_handle)), unchecked((long)MariaDbApi.InsertId(_handle)));
        }

        var result = MariaDbApi.UseResult(_handle);
        Check(result == 0 ? 1 : 0);
        _handle.TakeResult(result);
        return new ResultHeader(Column.Read(result, count, _options), -1, 0);
    }

    // Rows that nobody reads may still end in an error, of which freeing the result would not tell.
    private unsafe void SkipRows()
    {
        if (_handle.Result == 0)
        {
            return;
        }

        try
        {
            while (MariaDbApi.FetchRow(_handle.Result) != null)
            {
            }

            Check(MariaDbApi.ErrorNumber(_handle) == 0 ? 0 : 1);
        }
        finally
        {
            _handle.FreeResult();
        }
    }

    private string ErrorMessage() => Marshal.PtrToStringUTF8(MariaDbApi.ErrorMessage(_handle)) ?? "";

    private string SqlState() => Marshal.PtrToStringUTF8(MariaDbApi.SqlState(_handle)) ?? "";
}
