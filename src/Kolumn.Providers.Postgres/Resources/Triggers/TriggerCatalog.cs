using System.Data.Common;
using System.Text;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Triggers;

/// <summary>Reads triggers in one query. Bits of tgtype: pg_trigger.h of PostgreSQL's source.</summary>
internal static class TriggerCatalog
{
    private const int ForEachRow = 1;
    private const int Before = 2;
    private const int InsteadOf = 64;

    private static readonly (int Bit, string Name)[] Events = [(4, "insert"), (16, "update"), (8, "delete"), (32, "truncate")];

    /// <param name="lookups">Tables; null for all.</param>
    public static async Task<IReadOnlyList<TriggerDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<TriggerDefinition>();
        await session.ReadAsync([CatalogQuery.Of(CatalogSql.Triggers, lookups, row => found.Add(Trigger(row, names)))], cancellationToken);
        return found;
    }

    private static TriggerDefinition Trigger(DbDataReader row, SchemaNames names)
    {
        var table = new QualifiedName(names.Schema(row.GetString(0)), row.GetString(1));
        var bits = row.GetInt32(3);
        return new TriggerDefinition
        {
            Schema = table.Schema,
            Name = row.GetString(2),
            Table = table.ToString(),
            Timing = (bits & InsteadOf) != 0 ? TriggerDefinition.InsteadOf : (bits & Before) != 0 ? "before" : "after",
            Events = [.. Events.Where(one => (bits & one.Bit) != 0).Select(one => one.Name)],
            ForEachRow = (bits & ForEachRow) != 0,
            Columns = row.List<string>(4),
            When = names.Sql(row.Text(5)),
            Function = RoutineNames.WithoutArguments(new QualifiedName(names.Schema(row.GetString(6)), row.GetString(7))),
            Arguments = Arguments(row.GetFieldValue<byte[]>(8)),
            OldTable = row.Text(9),
            NewTable = row.Text(10),
            Constraint = row.GetBoolean(11),
            Deferrable = row.GetBoolean(12),
            InitiallyDeferred = row.GetBoolean(13),
            Enabled = row.GetString(14) switch { "D" => "disabled", "R" => "replica", "A" => "always", _ => null },
            Comment = row.Text(15),
        };
    }

    // Each ends with a zero byte.
    private static string[] Arguments(byte[] bytes) => bytes.Length == 0 ? [] : Encoding.UTF8.GetString(bytes.AsSpan(0, bytes.Length - 1)).Split('\0');
}
