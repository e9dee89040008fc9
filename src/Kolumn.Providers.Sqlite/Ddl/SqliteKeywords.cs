using System.Collections.Frozen;

namespace Kolumn.Providers.Sqlite.Ddl;

/// <summary>
/// The keywords that can never be a name without quotes: https://www.sqlite.org/lang_keywords.html less those that the
/// grammar falls back to reading as names (the <c>%fallback</c> list of its parse.y).
/// </summary>
internal static class SqliteKeywords
{
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "ADD", "ALL", "ALTER", "AND", "AS", "AUTOINCREMENT", "BETWEEN", "CASE", "CHECK", "COLLATE", "COMMIT", "CONSTRAINT",
            "CREATE", "DEFAULT", "DEFERRABLE", "DELETE", "DISTINCT", "DROP", "ELSE", "ESCAPE", "EXISTS", "FOREIGN", "FROM",
            "GROUP", "HAVING", "IN", "INDEX", "INSERT", "INTO", "IS", "ISNULL", "JOIN", "LIMIT", "NOT", "NOTHING", "NOTNULL",
            "NULL", "ON", "OR", "ORDER", "PRIMARY", "REFERENCES", "RETURNING", "SELECT", "SET", "TABLE", "THEN", "TO",
            "TRANSACTION", "UNIQUE", "UPDATE", "USING", "VALUES", "WHEN", "WHERE",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static bool IsReserved(string word) => Reserved.Contains(word);
}
