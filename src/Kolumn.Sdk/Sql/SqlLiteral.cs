namespace Kolumn.Sdk.Sql;

/// <summary>Values in statements that take no parameters, as DDL does.</summary>
public static class SqlLiteral
{
    /// <summary>The text in single quotes, those inside it doubled. Backslashes stand for themselves, as the SQL standard has it.</summary>
    /// <exception cref="ArgumentException">The text holds NUL.</exception>
    public static string Quote(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("A string literal cannot hold the NUL character.", nameof(text))
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The text as a string literal of the dialect: where backslashes escape, they are doubled too.</summary>
    /// <exception cref="ArgumentException">The text holds NUL.</exception>
    public static string Quote(string text, SqlDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return Quote(dialect.BackslashEscapes ? text.Replace("\\", "\\\\", StringComparison.Ordinal) : text);
    }
}
