using Kolumn.Protocol;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>What SQLite's result codes (https://www.sqlite.org/rescode.html) mean to a user. The only place that knows.</summary>
internal static class SqliteFailure
{
    public static bool IsBusy(int code) => (code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public static bool IsInterrupt(SqliteException failure) => failure.SqliteErrorCode == raw.SQLITE_INTERRUPT;

    public static SqliteException ToException(sqlite3 database, int code) =>
        new(raw.sqlite3_errmsg(database).utf8_to_string(), code, raw.sqlite3_extended_errcode(database));

    /// <param name="failure">What the client reported.</param>
    /// <param name="database">The file as the user named it.</param>
    /// <param name="statement">What was being run, when it was a change.</param>
    public static Diagnostic Describe(SqliteException failure, string database, string? statement = null)
    {
        var message = Message(failure);
        return (failure.SqliteErrorCode switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Diagnostic.Error(
                DiagnosticCodes.Connection, $"the database {database} is locked", "Another program is writing to it. Try again, or raise busy_timeout_seconds.") with
            {
                Retryable = true,
            },
            raw.SQLITE_NOTADB => Diagnostic.Error(
                DiagnosticCodes.Connection, $"{database} is not an SQLite database", "It is another kind of file, or it is encrypted. Check the path."),
            raw.SQLITE_CORRUPT => Diagnostic.Error(
                DiagnosticCodes.Connection, $"the database {database} is damaged", $"SQLite says: {message}. Restore a backup, or try the recover command of the sqlite3 shell."),
            raw.SQLITE_CANTOPEN => Diagnostic.Error(
                DiagnosticCodes.Connection, $"the database {database} cannot be opened", "Check that it is a file and that this user may read it and write in its folder."),
            raw.SQLITE_READONLY => Diagnostic.Error(
                DiagnosticCodes.Permission, $"the database {database} cannot be written", "Check the permissions of the file and of its folder."),
            raw.SQLITE_PERM or raw.SQLITE_AUTH => Diagnostic.Error(
                DiagnosticCodes.Permission, $"the database {database} denies access", $"SQLite says: {message}."),
            raw.SQLITE_FULL => Diagnostic.Error(
                DiagnosticCodes.Operation, $"there is no room left for the database {database}", "Free some space; nothing was changed."),
            raw.SQLITE_IOERR => Diagnostic.Error(
                DiagnosticCodes.Operation, $"the database {database} cannot be read or written", $"SQLite says: {message}. Check the disk."),
            raw.SQLITE_CONSTRAINT => Diagnostic.Error(
                DiagnosticCodes.Operation, $"rows in the database forbid the change: {message}", "Correct those rows first, then apply again."),
            _ => Diagnostic.Error(
                DiagnosticCodes.Operation, $"SQLite refuses: {message}", statement is null ? null : $"The statement: {Shorten(statement)}"),
        }) with
        {
            EngineCode = CodeOf(failure),
        };
    }

    /// <summary>SQLite's words without the client's "SQLite Error 1: '…'." around them.</summary>
    public static string Message(SqliteException failure)
    {
        var (open, close) = (failure.Message.IndexOf(": '", StringComparison.Ordinal), failure.Message.LastIndexOf("'.", StringComparison.Ordinal));
        return failure.Message.StartsWith("SQLite Error", StringComparison.Ordinal) && open > 0 && close > open + 3 ? failure.Message[(open + 3)..close] : failure.Message;
    }

    private static string CodeOf(SqliteException failure) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY => "SQLITE_BUSY",
        raw.SQLITE_LOCKED => "SQLITE_LOCKED",
        raw.SQLITE_NOTADB => "SQLITE_NOTADB",
        raw.SQLITE_CORRUPT => "SQLITE_CORRUPT",
        raw.SQLITE_CANTOPEN => "SQLITE_CANTOPEN",
        raw.SQLITE_READONLY => "SQLITE_READONLY",
        raw.SQLITE_FULL => "SQLITE_FULL",
        raw.SQLITE_IOERR => "SQLITE_IOERR",
        raw.SQLITE_CONSTRAINT => "SQLITE_CONSTRAINT",
        raw.SQLITE_ERROR => "SQLITE_ERROR",
        var other => other.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string Shorten(string statement) => statement.Length <= 500 ? statement : statement[..500] + "…";
}
