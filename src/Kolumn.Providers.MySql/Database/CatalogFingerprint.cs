using System.Globalization;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Database;

/// <summary>
/// A sum over everything the catalog says of one database, computed by the server. Each change of an object is made whole or not at all by the servers this provider
/// is for, so it is another one exactly when a change has been made.
/// </summary>
internal static class CatalogFingerprint
{
    private static readonly (string View, string Schema, string Object, string Columns)[] Parts =
    [
        ("TABLES", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE, ENGINE, CREATE_TIME, CREATE_OPTIONS, TABLE_COLLATION, TABLE_COMMENT"),
        ("COLUMNS", "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, COLUMN_TYPE, COLLATION_NAME, EXTRA, COLUMN_COMMENT"),
        ("STATISTICS", "TABLE_SCHEMA", "TABLE_NAME", "INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART, NON_UNIQUE, INDEX_TYPE, COLLATION, INDEX_COMMENT"),
        ("TABLE_CONSTRAINTS", "TABLE_SCHEMA", "TABLE_NAME", "CONSTRAINT_NAME, CONSTRAINT_TYPE"),
        ("REFERENTIAL_CONSTRAINTS", "CONSTRAINT_SCHEMA", "TABLE_NAME", "CONSTRAINT_NAME, REFERENCED_TABLE_NAME, UPDATE_RULE, DELETE_RULE"),
        ("PARTITIONS", "TABLE_SCHEMA", "TABLE_NAME", "PARTITION_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, PARTITION_DESCRIPTION"),
        ("VIEWS", "TABLE_SCHEMA", "TABLE_NAME", "VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE"),
        ("TRIGGERS", "TRIGGER_SCHEMA", "TRIGGER_NAME", "EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_ORDER, ACTION_STATEMENT, ACTION_TIMING, CREATED"),
        ("ROUTINES", "ROUTINE_SCHEMA", "ROUTINE_NAME", "ROUTINE_TYPE, ROUTINE_DEFINITION, DTD_IDENTIFIER, SQL_DATA_ACCESS, SECURITY_TYPE, LAST_ALTERED"),
        ("EVENTS", "EVENT_SCHEMA", "EVENT_NAME", "EVENT_DEFINITION, EVENT_TYPE, INTERVAL_VALUE, STATUS, LAST_ALTERED"),
    ];

    public static async Task<string> OfAsync(MySqlSession session, CancellationToken cancellationToken)
    {
        var sums = new List<string>();
        await session.ReadAsync([.. Parts.Select(part => new CatalogQuery(Sum(part, session.Database), row => sums.Add(Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture)!)))], cancellationToken);
        return string.Join(' ', sums);
    }

    private static Statement Sum((string View, string Schema, string Object, string Columns) part, string? database)
    {
        // A NULL would make way for the next value.
        var values = $"{part.Schema}, {part.Object}, {part.Columns}".Split(", ").Select(column => $"COALESCE(HEX({column}), '-')");
        return new Statement($"""
            SELECT CONCAT(COUNT(*), ':', COALESCE(BIT_XOR(CAST(CONV(LEFT(MD5(CONCAT_WS(',', {string.Join(", ", values)})), 16), 16, 10) AS UNSIGNED)), 0)) FROM information_schema.{part.View}
            WHERE {CatalogScope.Of(database, part.Schema, part.Object, null)} AND LEFT({part.Object}, {MySqlProvider.OwnSchema.Length}) <> {MySqlText.Quote(MySqlProvider.OwnSchema)}
            """);
    }
}
