using System.Data.Common;
using System.Globalization;
using System.Text;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Postgres.Streaming;

/// <summary>What the catalog knows of outboxes, read in one round trip for all of them.</summary>
/// <param name="Columns">By table.</param>
/// <param name="Indexes">Those that are valid.</param>
/// <param name="Functions">Their bodies.</param>
/// <param name="Captures">By function. A trigger that is disabled is none.</param>
internal sealed record OutboxCatalog(
    ILookup<QualifiedName, string> Columns,
    IReadOnlySet<QualifiedName> Indexes,
    IReadOnlyDictionary<QualifiedName, string> Functions,
    ILookup<QualifiedName, CaptureDefinition> Captures)
{
    // Bits of tgtype: pg_trigger.h of PostgreSQL's source.
    private static readonly (int Bit, string Name)[] Operations = [(4, "insert"), (16, "update"), (8, "delete")];

    private const string ColumnsQuery = """
        SELECT n.nspname::text, c.relname::text, a.attname::text
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        WHERE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
          AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
        """;

    private const string IndexesQuery = """
        SELECT n.nspname::text, c.relname::text
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        WHERE (n.nspname::text, t.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r)) AND i.indisvalid
        """;

    private const string FunctionsQuery = """
        SELECT n.nspname::text, p.proname::text, p.prosrc
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE (n.nspname::text, p.proname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r)) AND p.pronargs = 0
        """;

    private const string TriggersQuery = """
        SELECT fn.nspname::text, p.proname::text, n.nspname::text, c.relname::text, t.tgtype::int, t.tgargs
        FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_namespace fn ON fn.oid = p.pronamespace
        JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE (fn.nspname::text, p.proname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
          AND t.tgenabled <> 'D' AND coalesce((to_jsonb(t) ->> 'tgparentid')::oid, 0) = 0
        """;

    public static async Task<OutboxCatalog> ReadAsync(PostgresSession session, IReadOnlyList<OutboxDefinition> outboxes, CancellationToken cancellationToken)
    {
        QualifiedName[] tables = [.. outboxes.Select(OutboxSql.TableOf)];
        QualifiedName[] functions = [.. outboxes.Select(OutboxSql.FunctionOf)];
        var columns = new List<(QualifiedName Table, string Column)>();
        var indexes = new HashSet<QualifiedName>();
        var bodies = new Dictionary<QualifiedName, string>();
        var captures = new List<(QualifiedName Function, CaptureDefinition Capture)>();
        await session.ReadAsync(
            [
                CatalogQuery.Of(ColumnsQuery, tables, row => columns.Add((Name(row, 0), row.GetString(2)))),
                CatalogQuery.Of(IndexesQuery, tables, row => indexes.Add(Name(row, 0))),
                CatalogQuery.Of(FunctionsQuery, functions, row => bodies[Name(row, 0)] = row.GetString(2)),
                CatalogQuery.Of(TriggersQuery, functions, row =>
                {
                    if (Capture(Name(row, 2), row.GetInt32(4), row.GetFieldValue<byte[]>(5)) is { } capture)
                    {
                        captures.Add((Name(row, 0), capture));
                    }
                }),
            ],
            cancellationToken);
        return new OutboxCatalog(
            columns.ToLookup(one => one.Table, one => one.Column), indexes, bodies, captures.ToLookup(one => one.Function, one => one.Capture));
    }

    private static QualifiedName Name(DbDataReader row, int at) => new(row.GetString(at), row.GetString(at + 1));

    /// <summary>null for a trigger that somebody else made.</summary>
    private static CaptureDefinition? Capture(QualifiedName table, int bits, byte[] arguments)
    {
        // Each ends with a zero byte.
        var texts = arguments.Length == 0 ? [] : Encoding.UTF8.GetString(arguments.AsSpan(0, arguments.Length - 1)).Split('\0');
        return texts.Length < 3 || !int.TryParse(texts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var keys) || texts.Length < 3 + keys ? null : new CaptureDefinition
        {
            Table = table.ToString(),
            AggregateType = texts[0],
            Topic = texts[1].Length == 0 ? null : texts[1],
            Key = texts[3..(3 + keys)],
            Columns = texts[(3 + keys)..],
            Operations = [.. Operations.Where(one => (bits & one.Bit) != 0).Select(one => one.Name)],
        };
    }
}
