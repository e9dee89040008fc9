using System.Data.Common;
using System.Globalization;

namespace Kolumn.Sdk.Sql;

/// <summary>What the migration ledgers of SQL databases share: the columns <see cref="Columns"/>, <c>migration_id</c> being the key.</summary>
public static class MigrationSql
{
    /// <summary>In the order in which rows are read and records are written.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["migration_id", "description", "checksum", "status", "steps", "changed_at", "duration_ms", "actor", "source", "error"];

    /// <param name="table">Quoted.</param>
    /// <param name="value">What stands for a column's parameter, <c>{0}</c>, in the type of the column.</param>
    public static Statement Save(SqlDialect dialect, string table, MigrationRecord record, Func<string, string> value)
    {
        ArgumentNullException.ThrowIfNull(record);
        var values = Columns.Select((column, at) => string.Format(CultureInfo.InvariantCulture, value(column), $"${at + 1}"));
        return new Statement(dialect.Upsert(table, [Columns[0]], Columns, values))
        {
            Parameters =
            [
                record.MigrationId, record.Description, record.Checksum, record.Status, record.Steps,
                AuditSql.Moment(record.ChangedAt), record.DurationMs, record.Actor, record.Source, record.Error,
            ],
        };
    }

    /// <param name="select">The columns as they are read, so that each but <c>duration_ms</c> is a text.</param>
    public static Statement Select(string table, string select, string migrationId) =>
        new($"SELECT {select} FROM {table} WHERE migration_id = $1") { Parameters = [migrationId] };

    /// <param name="select">As of <see cref="Select"/>; a list is made without the steps, which may be long.</param>
    public static Statement SelectAll(string table, string select) => new($"SELECT {select} FROM {table} ORDER BY changed_at, migration_id");

    /// <summary>A row of <see cref="Select"/> or <see cref="SelectAll"/>.</summary>
    public static MigrationRecord Read(DbDataReader row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new MigrationRecord
        {
            MigrationId = row.GetString(0),
            Description = row.GetString(1),
            Checksum = row.GetString(2),
            Status = row.GetString(3),
            Steps = row.GetString(4),
            ChangedAt = DateTimeOffset.Parse(row.GetString(5), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            DurationMs = row.GetInt64(6),
            Actor = row.GetString(7),
            Source = row.GetString(8),
            Error = row.IsDBNull(9) ? null : row.GetString(9),
        };
    }
}
