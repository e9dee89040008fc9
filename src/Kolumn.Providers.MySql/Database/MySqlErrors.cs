using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Kolumn.Protocol;

namespace Kolumn.Providers.MySql.Database;

/// <summary>
/// What the driver throws, told to a user: category, cause, next step. Numbers: https://mariadb.com/kb/en/mariadb-error-codes/ and MySQL's error
/// message reference; both servers give the same ones but for those from 1900 on and from 3000 on.
/// </summary>
internal static class MySqlErrors
{
    // The driver's own: no server has these numbers.
    private const int CommandTimedOut = -1;
    private const int UnableToConnect = 1042;

    /// <summary>Whether the exception says something about the server or the way to it, and not about this program or a cancel.</summary>
    public static bool IsOfDriver(Exception exception) => exception is DbException or SocketException or IOException or TimeoutException;

    /// <param name="holdsSecret">Whether the statement holds what nobody may see: where the server cannot read one, it quotes what it could not.</param>
    public static Diagnostic ToDiagnostic(Exception exception, MySqlOptions options, bool holdsSecret = false)
    {
        var number = exception is DbException driver ? MySqlClient.NumberOf(driver) : 0;
        if (exception.InnerException is DllNotFoundException)
        {
            return Diagnostic.Error(DiagnosticCodes.Connection, "the client library of MariaDB and MySQL is missing", exception.Message);
        }

        if (number == CommandTimedOut)
        {
            return Diagnostic.Error(DiagnosticCodes.Operation, "MySQL took too long and was interrupted", TooLong(options));
        }

        if (exception is DbException refused && number is > 0 and not UnableToConnect and not (>= 2000 and < 3000))
        {
            var (code, advice, retryable) = Meaning(number, refused.SqlState ?? "", refused.Message, options);
            return Diagnostic.Error(code, $"MySQL refused: {(holdsSecret ? WithoutQuotation(refused.Message) : refused.Message).TrimEnd('.')}", advice) with
            {
                EngineCode = string.Create(CultureInfo.InvariantCulture, $"{number} ({refused.SqlState ?? "HY000"})"),
                Retryable = retryable,
            };
        }

        return exception is TimeoutException or { InnerException: TimeoutException }
            ? Diagnostic.Error(
                DiagnosticCodes.Connection,
                $"MySQL at {options.Endpoint} did not answer in time",
                "The connection was given up. Check that the server is alive, or raise connect_timeout or query_timeout.") with
            {
                Retryable = true,
            }
            : Diagnostic.Error(
                DiagnosticCodes.Connection,
                $"MySQL at {options.Endpoint} cannot be reached: {exception.Message.TrimEnd('.')}",
                "Check host and port, that the server is running and listens there, and ssl_mode.") with
            {
                EngineCode = number > 0 ? number.ToString(CultureInfo.InvariantCulture) : null,
                Retryable = true,
            };
    }

    private static string WithoutQuotation(string message) =>
        message.IndexOf(" near '", StringComparison.Ordinal) is >= 0 and var at ? message[..at] + ", in a part that is not shown because it may be secret" : message;

    private static string TooLong(MySqlOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"It ran longer than query_timeout ({options.QueryTimeout.TotalSeconds:0} s), or someone cancelled it.");

    private static (string Code, string? Advice, bool Retryable) Meaning(int number, string state, string message, MySqlOptions options) => number switch
    {
        // Who is it, and may they.
        1045 or 1698 or 1862 or 4151 => (DiagnosticCodes.Connection, $"Check username and password of the provider block (server {options.Endpoint}, user '{options.Username}').", false),
        1049 => (DiagnosticCodes.Connection, "Create the database first, or correct 'database' in the provider block; leave it out to manage the database itself.", false),
        1040 or 1203 or 1226 => (DiagnosticCodes.Connection, "The server takes no more connections now; try again, or lower connection_pool.", true),
        1053 or 1152 or 1158 or 1159 or 1160 or 1161 or 1927 => (DiagnosticCodes.Connection, "The connection was lost, perhaps because the server is stopping; try again.", true),
        1044 or 1142 or 1143 or 1227 or 1370 or 1410 or 1419 =>
            (DiagnosticCodes.Permission, $"The user '{options.Username}' lacks a privilege: grant it, or use one that has it.", false),

        // Others are in the way.
        1205 => (DiagnosticCodes.Operation, string.Create(CultureInfo.InvariantCulture, $"Another session has used the table in a transaction for more than {MySqlSession.LockTimeout.TotalSeconds:0} s. Look into information_schema.PROCESSLIST for one that stays in its transaction, and try again."), true),
        1213 => (DiagnosticCodes.Operation, "Another session was in the way; try again.", true),
        1317 or 1969 or 3024 => (DiagnosticCodes.Operation, TooLong(options), false),
        1290 or 1836 => (DiagnosticCodes.Operation, "The server is read-only, perhaps a replica: connect to the primary.", false),

        1231 when message.Contains("another migration", StringComparison.Ordinal) => (DiagnosticCodes.Operation, "Try again when it is done.", true),

        // What exists and what does not.
        1046 => (DiagnosticCodes.Validation, "Name it in 'schema', or name a default one in 'database' of the provider block.", false),
        1007 or 1050 or 1061 or 1304 or 1359 or 1537 => (DiagnosticCodes.Operation, "Something of that name exists and is not managed here: adopt it, rename it or drop it.", false),
        1451 or 1217 or 1701 or 3730 or 1553 or 1834 or 1829 or 1828 or 3780 =>
            (DiagnosticCodes.Operation, "A foreign key rests on it: remove that as well, or manage it with Kolumn so that it is removed first.", false),

        1231 when message.Contains("rests on", StringComparison.Ordinal) =>
            (DiagnosticCodes.Operation, "What rests on it would lose it: remove that as well, or manage it with Kolumn so that it is removed first.", false),

        // Rows contradict the change.
        1062 or 1586 => (DiagnosticCodes.Operation, "Rows in the table have the same key: correct them first.", false),
        1048 or 1138 or 1216 or 1264 or 1265 or 1366 or 1406 or 1452 or 3819 or 4025 => (DiagnosticCodes.Operation, "Rows in the table contradict the change: correct them first.", false),
        1114 or 1021 or 1030 => (DiagnosticCodes.Operation, "The server has no room, or cannot write there.", false),

        // How the change shall be made.
        1845 or 1846 => (DiagnosticCodes.Operation, "The server cannot change the table the way the plan says it does. Plan again.", false),

        // The statement itself.
        1005 when message.Contains("errno: 150", StringComparison.Ordinal) => (DiagnosticCodes.Validation, "A foreign key needs columns of the same type on both ends, an index on the referenced ones, and tables of an engine that has them, such as InnoDB. SHOW ENGINE INNODB STATUS says more.", false),
        1067 or 1105 or 1215 or 1239 or 1283 or 1286 or 1291 or 1293 or 1294 or 1349 or 1350 or 1351 or 1353 or 1356 or 1425 or 1426 or 1427 or 1439 or 1479 or 1491 or 1493 or 1503 or 1506
            or 1578 or 1901 or 1902 or 1905 or 1906 or 1907 or 1908 or 3105 or 3109 or 4161 => (DiagnosticCodes.Validation, null, false),
        _ when state.StartsWith("42", StringComparison.Ordinal) || state.StartsWith("22", StringComparison.Ordinal) => (DiagnosticCodes.Validation, null, false),
        _ => (DiagnosticCodes.Operation, null, false),
    };
}
