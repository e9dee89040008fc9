using System.Data.Common;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Database;

/// <summary>One of the queries that a handler reads the catalog with, and what takes its rows.</summary>
/// <param name="Row">Called for each row; must not keep the reader.</param>
internal sealed record CatalogQuery(Statement Statement, Action<DbDataReader> Row);

/// <summary>Conditions on the columns of information_schema that say whose row it is.</summary>
internal static class CatalogScope
{
    private static readonly string[] Systems = ["mysql", "information_schema", "performance_schema", "sys"];

    /// <summary>
    /// Which rows are asked for. Names stand in it as literals: the server looks for files by them, and only those it can see when it
    /// plans the query keep it from opening all.
    /// </summary>
    /// <param name="names">null for all of the connection's database; of all databases where it has none.</param>
    public static string Of(string? database, string schemaColumn, string nameColumn, IReadOnlyCollection<MySqlName>? names)
    {
        if (names is null)
        {
            return database is null
                ? $"{schemaColumn} NOT IN ({List(Systems)}) AND LEFT({schemaColumn}, {MySqlProvider.OwnSchema.Length}) <> {MySqlText.Quote(MySqlProvider.OwnSchema)}"
                : $"{schemaColumn} = {MySqlText.Quote(database)}";
        }

        var conditions = names.Where(name => (name.Schema ?? database) is not null)
            .GroupBy(name => name.Schema ?? database!, StringComparer.Ordinal)
            .Select(inOne => $"({schemaColumn} = {MySqlText.Quote(inOne.Key)} AND {nameColumn} IN ({List(inOne.Select(name => name.Name).Distinct(StringComparer.Ordinal))}))");
        return string.Join(" OR ", conditions) is { Length: > 0 } some ? $"({some})" : "FALSE";
    }

    /// <summary>The same for what the server does not find by its name: all of the databases that are asked about.</summary>
    public static string OfSchemas(string? database, string schemaColumn, IReadOnlyCollection<MySqlName>? names) => names is null
        ? Of(database, schemaColumn, schemaColumn, null)
        : names.Select(name => name.Schema ?? database).OfType<string>().Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } schemas ? $"{schemaColumn} IN ({List(schemas)})" : "FALSE";

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(MySqlText.Quote));
}

/// <summary>Reading of columns that may be NULL.</summary>
internal static class CatalogRow
{
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Number(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Convert.ToInt64(row.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>YES and NO.</summary>
    public static bool Flag(this DbDataReader row, int column) => row.Text(column) == "YES";
}
