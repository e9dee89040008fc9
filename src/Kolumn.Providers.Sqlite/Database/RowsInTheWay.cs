using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// Says which rows forbid a change. SQLite names the interim table of a rebuild and no number; the user needs the table and
/// how many rows to look for.
/// </summary>
internal static class RowsInTheWay
{
    /// <summary>null when the failure is not about rows of a copy.</summary>
    /// <param name="connection">Still inside the transaction: the old table is there.</param>
    public static Diagnostic? Explain(SqliteConnection connection, SqliteException failure, string? statement)
    {
        // INSERT INTO "interim" (…) SELECT … FROM "table"
        if (failure.SqliteErrorCode != raw.SQLITE_CONSTRAINT
            || statement is null
            || Tokenizer.TryScan(statement) is not [{ Text: "INSERT" }, { Text: "INTO" }, { Kind: TokenKind.QuotedName } interim, .., { Text: "FROM" }, { Kind: TokenKind.QuotedName } table])
        {
            return null;
        }

        var message = SqliteFailure.Message(failure).Replace(interim.Name, table.Name, StringComparison.Ordinal);
        var column = failure.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_NOTNULL ? message[(message.LastIndexOf('.') + 1)..] : null;
        var (summary, detail) = column is not null && Count(connection, table.Name, column) is { } rows
            ? ($"{rows} {(rows == 1 ? "row" : "rows")} of table {table.Name} hold NULL in column {column}, which is to become NOT NULL", "Fill them in first, then apply again. Nothing was changed.")
            : ($"rows of table {table.Name} do not fit its new definition: {message}", "Correct those rows first, then apply again. Nothing was changed.");
        return Diagnostic.Error(DiagnosticCodes.Operation, summary, detail) with { EngineCode = "SQLITE_CONSTRAINT" };
    }

    /// <summary>How many rows hold NULL there; null when the column is a new one.</summary>
    private static long? Count(SqliteConnection connection, string table, string column)
    {
        try
        {
            using var command = connection.CreateCommand();
            // A quoted name that is no column would be read as a string, hence the table's name before it.
            command.CommandText = $"SELECT count(*) FROM {SqlIdentifier.Quote(table)} WHERE {SqlIdentifier.Quote(table, column)} IS NULL";
            return (long)command.ExecuteScalar()!;
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}
