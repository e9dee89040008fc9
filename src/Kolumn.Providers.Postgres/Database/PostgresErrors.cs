using System.Globalization;
using System.Net.Sockets;
using Kolumn.Protocol;
using Npgsql;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>What the driver throws, told to a user: category, cause, next step. SQLSTATEs: PostgreSQL manual, appendix A.</summary>
internal static class PostgresErrors
{
    private const int ExcerptLength = 60;

    /// <summary>Whether the exception says something about the server or the way to it, and not about this program or a cancel.</summary>
    public static bool IsOfDriver(Exception exception) => exception is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <param name="statement">What was refused, so that the diagnostic can quote the place.</param>
    /// <param name="holder">Who holds the lock that was waited for, where that is known.</param>
    public static Diagnostic ToDiagnostic(Exception exception, PostgresOptions options, string? statement = null, string? holder = null) => exception switch
    {
        PostgresException refused => FromServer(refused, options, statement, holder),
        { InnerException: TimeoutException } or TimeoutException => Diagnostic.Error(
            DiagnosticCodes.Connection,
            $"PostgreSQL at {options.Endpoint} did not answer in time",
            "The connection was given up. Check that the server is alive, or raise connect_timeout or query_timeout.") with
        {
            Retryable = true,
        },
        _ => Diagnostic.Error(
            DiagnosticCodes.Connection,
            $"PostgreSQL at {options.Endpoint} cannot be reached: {Innermost(exception).Message.TrimEnd('.')}",
            "Check host and port, that the server is running and listens there, and ssl_mode.") with
        {
            Retryable = true,
        },
    };

    private static Diagnostic FromServer(PostgresException refused, PostgresOptions options, string? statement, string? holder)
    {
        var (code, advice, retryable) = Meaning(refused, options, holder);
        var detail = string.Join(" ", new[] { Sentence(refused.Detail), Sentence(refused.Hint), Place(refused, statement), advice }.Where(part => part is not null));
        return Diagnostic.Error(code, $"PostgreSQL refused: {refused.MessageText}", detail.Length == 0 ? null : detail) with
        {
            EngineCode = refused.SqlState,
            Retryable = retryable,
        };
    }

    private static (string Code, string? Advice, bool Retryable) Meaning(PostgresException refused, PostgresOptions options, string? holder) => refused.SqlState switch
    {
        "28P01" or "28000" => (DiagnosticCodes.Connection, $"Check username and password of the provider block and the server's pg_hba.conf (server {options.Endpoint}, user '{options.Username}').", false),
        "3D000" => (DiagnosticCodes.Connection, "Create the database first, or correct 'database' in the provider block.", false),
        "53300" => (DiagnosticCodes.Connection, "The server takes no more connections now; try again, or lower connection_pool.", true),
        "57P01" or "57P02" or "57P03" => (DiagnosticCodes.Connection, "The server is stopping or starting; try again when it is up.", true),
        "42501" => (DiagnosticCodes.Permission, $"The role '{options.Username}' lacks a privilege: grant it, or use a role that owns the object.", false),
        "55P03" => (DiagnosticCodes.Operation, string.Create(CultureInfo.InvariantCulture, $"Another session holds a lock on the object for more than {PostgresSession.LockTimeout.TotalSeconds:0} s; everything was rolled back. {holder ?? "Look into pg_stat_activity for a session that stays in its transaction, and try again."}"), true),
        "57014" => (DiagnosticCodes.Operation, string.Create(CultureInfo.InvariantCulture, $"It ran longer than query_timeout ({options.QueryTimeout.TotalSeconds:0} s), or someone cancelled it."), false),
        "55006" when refused.MessageText.Contains("currently open database", StringComparison.Ordinal) || refused.MessageText.Contains("current database", StringComparison.Ordinal) =>
            (DiagnosticCodes.Operation, "It is the one that the provider is connected to: connect it to another one, such as postgres, to do this.", false),
        "55006" => (DiagnosticCodes.Operation, "End the sessions that use it (pg_stat_activity names them), and try again.", true),
        "40001" or "40P01" => (DiagnosticCodes.Operation, "Another session was in the way; try again.", true),
        "53100" => (DiagnosticCodes.Operation, "The server's disk is full: make room there, then plan and apply again.", false),
        "53200" => (DiagnosticCodes.Operation, "The server has no memory or no room in its lock table left. Plans are divided so that each transaction leaves room for others; raise max_locks_per_transaction and restart the server when others take it.", false),
        "2BP01" when refused.MessageText.StartsWith("cannot drop type", StringComparison.Ordinal) => (DiagnosticCodes.Operation, "PostgreSQL neither takes a value out of an enum nor changes what a type is while columns have it: change those columns to another type first, then this one.", false),
        "55P04" => (DiagnosticCodes.Operation, "A new value of an enum can be used when the change that adds it is committed: apply the type first, then what uses the value.", false),
        "2BP01" => (DiagnosticCodes.Operation, "Remove what depends on it as well, or manage it with Kolumn so that it is removed first.", false),
        "42P07" or "42710" or "42P06" => (DiagnosticCodes.Operation, "Something of that name exists and is not managed here: adopt it, rename it or drop it.", false),
        "25006" => (DiagnosticCodes.Operation, "The server is read-only, perhaps a standby: connect to the primary.", false),
        var state when state.StartsWith("08", StringComparison.Ordinal) => (DiagnosticCodes.Connection, "The connection was lost; try again.", true),
        var state when state.StartsWith("42", StringComparison.Ordinal) || state.StartsWith("22", StringComparison.Ordinal) => (DiagnosticCodes.Validation, null, false),
        var state when state.StartsWith("23", StringComparison.Ordinal) => (DiagnosticCodes.Operation, "Rows in the table contradict the change: correct them first.", false),
        _ => (DiagnosticCodes.Operation, null, false),
    };

    // Position counts characters of the statement from 1.
    private static string? Place(PostgresException refused, string? statement)
    {
        if (statement is null || refused.Position <= 0 || refused.Position > statement.Length)
        {
            return null;
        }

        var excerpt = statement[(refused.Position - 1)..];
        var end = excerpt.AsSpan().IndexOfAny('\r', '\n');
        excerpt = end >= 0 ? excerpt[..end] : excerpt;
        return $"At: {(excerpt.Length > ExcerptLength ? excerpt[..ExcerptLength] + "…" : excerpt)}.";
    }

    private static string? Sentence(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.TrimEnd().EndsWith('.') ? text.Trim() : text.Trim() + ".";

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
