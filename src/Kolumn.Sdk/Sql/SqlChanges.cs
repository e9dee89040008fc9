namespace Kolumn.Sdk.Sql;

/// <summary>Changes of rows that no two databases spell alike.</summary>
public static class SqlChanges
{
    /// <summary>Inserts a row, in place of the one of the same key.</summary>
    /// <param name="table">Quoted, like everything here.</param>
    /// <param name="key">Of <paramref name="columns"/>.</param>
    /// <param name="values">As many as columns.</param>
    public static string Upsert(this SqlDialect dialect, string table, IReadOnlyList<string> key, IReadOnlyList<string> columns, IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        var others = columns.Except(key, StringComparer.Ordinal);
        return $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", values)}) "
            + (dialect.JoinsInChanges
                ? $"ON DUPLICATE KEY UPDATE {string.Join(", ", others.Select(column => $"{column} = VALUES({column})"))}"
                : $"ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET {string.Join(", ", others.Select(column => $"{column} = excluded.{column}"))}");
    }

    /// <summary>Copies values from the rows of another table.</summary>
    /// <param name="target">With its alias.</param>
    /// <param name="alias">That one.</param>
    /// <param name="source">With its alias.</param>
    /// <param name="columns">Each with what it becomes.</param>
    public static string UpdateFrom(this SqlDialect dialect, string target, string alias, string source, IEnumerable<(string Column, string Value)> columns, string condition)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return dialect.JoinsInChanges
            ? $"UPDATE {target} JOIN {source} ON {condition} SET {string.Join(", ", columns.Select(one => $"{alias}.{one.Column} = {one.Value}"))}"
            : $"UPDATE {target} SET {string.Join(", ", columns.Select(one => $"{one.Column} = {one.Value}"))} FROM {source} WHERE {condition}";
    }

    /// <summary>Deletes rows under an alias that the condition uses.</summary>
    public static string Delete(this SqlDialect dialect, string table, string alias, string condition)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return $"DELETE{(dialect.JoinsInChanges ? $" {alias}" : "")} FROM {table} AS {alias} WHERE {condition}";
    }
}
