using Kolumn.Sdk;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>Reads whole results.</summary>
internal static class Queries
{
    public static IReadOnlyList<T> Query<T>(this SqliteConnection connection, Statement statement, Func<SqliteDataReader, T> read) =>
        connection.Query(statement.Text, read, statement.Parameters.ToArray());

    /// <param name="parameters">For <c>$1</c>, <c>$2</c> and so on.</param>
    public static IReadOnlyList<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", parameters[i] ?? DBNull.Value);
        }

        using var rows = command.ExecuteReader();
        var result = new List<T>();
        while (rows.Read())
        {
            result.Add(read(rows));
        }

        return result;
    }
}
