using System.Data.Common;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>One of the queries that a handler reads the catalog with, and what takes its rows.</summary>
/// <param name="Row">Called for each row; must not keep the reader.</param>
internal sealed record CatalogQuery(Statement Statement, Action<DbDataReader> Row)
{
    /// <summary>A query that takes schemas and names as its two parameters.</summary>
    /// <param name="names">Null for all.</param>
    /// <param name="more">The third parameter and those that follow it.</param>
    public static CatalogQuery Of(string sql, IReadOnlyCollection<QualifiedName>? names, Action<DbDataReader> row, params object?[] more)
    {
        var statement = new Statement(sql)
        {
            Parameters = [names?.Select(name => name.Schema).ToArray(), names?.Select(name => name.Name).ToArray(), .. more],
        };
        return new CatalogQuery(statement, row);
    }
}

/// <summary>Reading of columns that may be NULL.</summary>
internal static class CatalogRow
{
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static T[] List<T>(this DbDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<T[]>(column);
}
