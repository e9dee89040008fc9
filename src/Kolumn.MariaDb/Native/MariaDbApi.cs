using System.Runtime.InteropServices;

namespace MySqlConnector.Native;

/// <summary>
/// The functions of MariaDB Connector/C that are used, under names of ours. https://mariadb.com/kb/en/mariadb-connectorc-api-functions/
/// A C <c>unsigned long</c> is a <see cref="CULong"/>: four bytes on Windows, eight elsewhere. <c>my_bool</c> is a byte.
/// </summary>
internal static unsafe partial class MariaDbApi
{
    private const string Library = MariaDbLibrary.Import;

    [LibraryImport(Library, EntryPoint = "mysql_server_init")]
    public static partial int InitializeLibrary(int argumentCount, nint arguments, nint groups);

    [LibraryImport(Library, EntryPoint = "mysql_init")]
    public static partial nint Initialize(nint none);

    [LibraryImport(Library, EntryPoint = "mysql_close")]
    public static partial void Close(nint connection);

    [LibraryImport(Library, EntryPoint = "mariadb_cancel")]
    public static partial int AbortRaw(nint connection);

    /// <summary>Shuts the socket down: whoever reads or writes fails at once. Allowed while another thread is inside a call.</summary>
    [LibraryImport(Library, EntryPoint = "mariadb_cancel")]
    public static partial int Abort(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_options")]
    public static partial int SetOption(ConnectionHandle connection, ConnectionOption option, in uint value);

    [LibraryImport(Library, EntryPoint = "mysql_options")]
    public static partial int SetOption(ConnectionHandle connection, ConnectionOption option, in byte value);

    [LibraryImport(Library, EntryPoint = "mysql_options", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetOption(ConnectionHandle connection, ConnectionOption option, string value);

    [LibraryImport(Library, EntryPoint = "mysql_real_connect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Connect(
        ConnectionHandle connection, string? host, string user, byte[] password, string? database, uint port, string? socket, CULong flags);

    [LibraryImport(Library, EntryPoint = "mysql_errno")]
    public static partial uint ErrorNumber(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_error")]
    public static partial nint ErrorMessage(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_sqlstate")]
    public static partial nint SqlState(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_thread_id")]
    public static partial CULong ThreadId(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_get_server_info")]
    public static partial nint ServerVersion(ConnectionHandle connection);

    /// <summary>null without TLS.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_get_ssl_cipher")]
    public static partial nint Cipher(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_real_query")]
    public static partial int Query(ConnectionHandle connection, byte* text, CULong length);

    /// <summary>The first half of <see cref="Query"/>.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_send_query")]
    public static partial int SendQuery(ConnectionHandle connection, byte* text, CULong length);

    /// <summary>The second half of <see cref="Query"/>.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_read_query_result")]
    public static partial int ReadQueryResult(ConnectionHandle connection);

    /// <summary>The socket: an <c>int</c>, on Windows a handle.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_get_socket")]
    public static partial nint Socket(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_reset_connection")]
    public static partial int Reset(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_ping")]
    public static partial int Ping(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_select_db", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SelectDatabase(ConnectionHandle connection, string database);

    [LibraryImport(Library, EntryPoint = "mysql_field_count")]
    public static partial uint FieldCount(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_affected_rows")]
    public static partial ulong AffectedRows(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_insert_id")]
    public static partial ulong InsertId(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_more_results")]
    public static partial byte HasMoreResults(ConnectionHandle connection);

    /// <summary>0: there is one; -1: there is none; otherwise an error.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_next_result")]
    public static partial int NextResult(ConnectionHandle connection);

    /// <summary>Rows are fetched as they arrive; until the last was, nothing else may be asked of the connection.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_use_result")]
    public static partial nint UseResult(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_free_result")]
    public static partial void FreeResult(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_fetch_fields")]
    public static partial NativeField* Fields(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_fetch_row")]
    public static partial byte** FetchRow(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_fetch_lengths")]
    public static partial CULong* FetchLengths(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_init")]
    public static partial nint InitializeStatement(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_close")]
    public static partial byte CloseStatement(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_prepare")]
    public static partial int Prepare(nint statement, byte* text, CULong length);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_param_count")]
    public static partial CULong ParameterCount(nint statement);

    /// <summary>Copies the descriptions; the buffers stay ours and must not move until the statement was executed.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_stmt_bind_param")]
    public static partial byte BindParameters(nint statement, NativeBind* binds);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_execute")]
    public static partial int Execute(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_field_count")]
    public static partial uint StatementFieldCount(nint statement);

    /// <summary>null for a statement without columns; to be freed.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_stmt_result_metadata")]
    public static partial nint StatementMetadata(nint statement);

    /// <summary>Copies the descriptions; the buffers must not move while rows are fetched.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_stmt_bind_result")]
    public static partial byte BindResult(nint statement, NativeBind* binds);

    /// <summary>0: a row; 100: there is none left; 101: a row, some of it longer than its buffer; 1: an error.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_stmt_fetch")]
    public static partial int FetchStatement(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_fetch_column")]
    public static partial int FetchColumn(nint statement, NativeBind* bind, uint column, CULong offset);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_free_result")]
    public static partial byte FreeStatementResult(nint statement);

    /// <summary>0: there is one; -1: there is none; otherwise an error.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_stmt_next_result")]
    public static partial int NextStatementResult(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_affected_rows")]
    public static partial ulong StatementAffectedRows(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_insert_id")]
    public static partial ulong StatementInsertId(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_errno")]
    public static partial uint StatementErrorNumber(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_error")]
    public static partial nint StatementErrorMessage(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_sqlstate")]
    public static partial nint StatementSqlState(nint statement);
}
