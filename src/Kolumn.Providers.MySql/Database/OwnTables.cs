using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Database;

/// <summary>
/// Kolumn's own tables. They stand beside what they tell of, in the connection's database, so that they are backed up, moved and dropped with it, and nobody
/// needs a right on anything else: <c>_kolumn_audit_log</c>. A connection without a database has them in one of their own: <c>_kolumn.audit_log</c>.
/// </summary>
internal static class OwnTables
{
    public const string AuditLog = Prefix + "audit_log";
    public const string Migrations = Prefix + "migrations";
    public const string Quarantine = Prefix + "quarantine";
    public const string Streams = Prefix + "streams";

    /// <summary>How the names of copied rows' tables begin.</summary>
    public const string Backup = Prefix + "backup_";

    /// <summary>How the definition of one ends: what it holds is compared by its bytes.</summary>
    public const string Options = "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT='A record that Kolumn keeps of its work'";

    private const string Prefix = MySqlProvider.OwnSchema + "_";

    private static readonly string[] All = [AuditLog, Migrations, Quarantine, Streams];

    /// <summary>For a connection without a database.</summary>
    public static Statement CreateDatabase { get; } = new($"CREATE DATABASE IF NOT EXISTS {MySqlName.Quote(MySqlProvider.OwnSchema)} CHARACTER SET utf8mb4");

    /// <summary>The statement of a connection without a database: the names of these tables, quoted, lead to that of their own.</summary>
    public static string InOwnDatabase(string statement) => All.Aggregate(
        statement.Replace($"`{Backup}", $"{MySqlName.Quote(MySqlProvider.OwnSchema)}.`{Backup[Prefix.Length..]}", StringComparison.Ordinal),
        (text, name) => text.Replace(MySqlName.Quote(name), $"{MySqlName.Quote(MySqlProvider.OwnSchema)}.{MySqlName.Quote(name[Prefix.Length..])}", StringComparison.Ordinal));

    /// <summary>Names in both catalogs are literals, so that the server opens no other table to answer.</summary>
    public static async Task<bool> ExistsAsync(MySqlSession session, string name, CancellationToken cancellationToken)
    {
        var exists = false;
        var (database, table) = session.Database is { } own ? (own, name) : (MySqlProvider.OwnSchema, name[Prefix.Length..]);
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = {MySqlText.Quote(database)} AND TABLE_NAME = {MySqlText.Quote(table)}"),
                    _ => exists = true),
            ],
            cancellationToken);
        return exists;
    }
}
