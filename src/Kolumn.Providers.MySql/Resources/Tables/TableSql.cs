using System.Text;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>Tables and their parts as SQL: https://mariadb.com/kb/en/create-table/. Names are quoted; types and expressions have been checked when they were described.</summary>
internal static class TableSql
{
    public static Statement Create(TableDefinition table)
    {
        var elements = table.Columns.Select(Column)
            .Concat(table.PrimaryKey is { } key ? [PrimaryKey(key)] : [])
            .Concat(table.UniqueConstraints.Select(Unique))
            .Concat(table.Checks.Select(Check))
            .Concat(table.ForeignKeys.Select(ForeignKey))
            .Select(element => "    " + element);
        return new Statement($"CREATE TABLE {table.Identity.Quoted} (\n{string.Join(",\n", elements)}\n){string.Concat(Options(table).Select(option => " " + option))}{Partitioning(table)}");
    }

    public static Statement Drop(TableDefinition table) => new($"DROP TABLE {table.Identity.Quoted}")
    {
        Hazards = [new Hazard(HazardNames.DataLoss, $"Every row of {table.Identity} is lost.")],
    };

    public static IEnumerable<string> Options(TableDefinition table) =>
    [
        .. table.Engine is { } engine ? [$"ENGINE={engine}"] : Array.Empty<string>(),
        .. CharacterSet(table.Charset, table.Collation) is { Length: > 0 } charset ? ["DEFAULT" + charset] : Array.Empty<string>(),
        .. table.Comment is { } comment ? [$"COMMENT={MySqlText.Quote(comment)}"] : Array.Empty<string>(),
    ];

    /// <summary>The column as CREATE TABLE, ADD COLUMN and MODIFY COLUMN take it. NULL is said, since a timestamp without it may be NOT NULL.</summary>
    public static string Column(ColumnDefinition column)
    {
        var text = new StringBuilder(MySqlName.Quote(column.Name)).Append(' ').Append(column.Type).Append(CharacterSet(column.Charset, column.Collation));
        if (column.Generated is { } generated)
        {
            text.Append(" GENERATED ALWAYS AS (").Append(generated).Append(column.Stored ? ") STORED" : ") VIRTUAL");
        }
        else
        {
            text.Append(column.NotNull ? " NOT NULL" : " NULL");
        }

        if (column.Default is { } expression)
        {
            text.Append(" DEFAULT ").Append(DefaultValue.IsPlain(expression) ? expression : $"({expression})");
        }

        return text.Append(column.OnUpdate is { } moment ? " ON UPDATE " + moment : "")
            .Append(column.AutoIncrement ? " AUTO_INCREMENT" : "")
            .Append(column.Invisible ? " INVISIBLE" : "")
            .Append(column.Comment is { } comment ? " COMMENT " + MySqlText.Quote(comment) : "")
            .Append(column.Check is { } check ? $" CHECK ({check})" : "")
            .ToString();
    }

    public static string PrimaryKey(KeyDefinition key) => $"PRIMARY KEY ({Columns(key)})";

    public static string Unique(KeyDefinition key) => $"UNIQUE KEY {MySqlName.Quote(key.Name!)} ({Columns(key)})";

    public static string Check(CheckDefinition check) => $"CONSTRAINT {MySqlName.Quote(check.Name)} CHECK ({check.Expression})";

    public static string ForeignKey(ForeignKeyDefinition key)
    {
        // An identity is a name as the catalog or the describer spelled it, so that it always parses.
        var text = new StringBuilder($"CONSTRAINT {MySqlName.Quote(key.Name)} FOREIGN KEY ({MySqlName.QuoteAll(key.Columns)}) REFERENCES {MySqlName.Parse(key.References)!.Value.Quoted}");
        return text.Append($" ({MySqlName.QuoteAll(key.ReferencedColumns)})")
            .Append(key.OnDelete is { } onDelete ? " ON DELETE " + onDelete.ToUpperInvariant() : "")
            .Append(key.OnUpdate is { } onUpdate ? " ON UPDATE " + onUpdate.ToUpperInvariant() : "")
            .ToString();
    }

    /// <summary>With a line break ahead; empty for an undivided table.</summary>
    public static string Partitioning(TableDefinition table)
    {
        if (table.PartitionBy is not { } by)
        {
            return "";
        }

        var partitions = table.Partitions.Select(partition =>
            $"    PARTITION {MySqlName.Quote(partition.Name)}{(partition.Values is { } values ? " VALUES " + values : "")}{(partition.Comment is { } comment ? " COMMENT = " + MySqlText.Quote(comment) : "")}");
        return $"\nPARTITION BY {by}{(table.Partitions.Count == 0 ? "" : $" (\n{string.Join(",\n", partitions)}\n)")}";
    }

    public static string CharacterSet(string? charset, string? collation) =>
        (charset is null ? "" : $" CHARACTER SET {charset}") + (collation is null ? "" : $" COLLATE {collation}");

    private static string Columns(KeyDefinition key) =>
        string.Join(", ", key.Columns.Select(column => MySqlName.Quote(column) + (key.Lengths?.GetValueOrDefault(column) is > 0 and var length ? FormattableString.Invariant($"({length})") : "")));
}
