using System.Globalization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// A deleted relation in a schema of its own: its indexes, constraints and sequences keep their names, whatever else is there or comes, and
/// nobody but its owner may look into it. Going there and back is a change of the catalog alone.
/// </summary>
internal static class QuarantineSql
{
    public const string SchemaPrefix = PostgresProvider.OwnSchema + "_quarantine_";

    public static string SchemaOf(string id) => SchemaPrefix + id;

    /// <param name="kind">In SQL's words: <c>TABLE</c>.</param>
    /// <param name="before">What is taken off first.</param>
    public static IReadOnlyList<Statement> Move(string kind, QualifiedName name, string id, IEnumerable<Statement> before) =>
    [
        RefuseWhileUsed(name),
        new Statement($"CREATE SCHEMA {SqlIdentifier.Quote(SchemaOf(id))}"),
        .. before,
        new Statement($"ALTER {kind} {name.Quoted} SET SCHEMA {SqlIdentifier.Quote(SchemaOf(id))}") { Locks = [TableLock.AccessExclusive.On(name)] },
    ];

    public static IReadOnlyList<Statement> Return(string kind, QualifiedName name, string id, IEnumerable<Statement> after) =>
    [
        new Statement($"ALTER {kind} {new QualifiedName(SchemaOf(id), name.Name).Quoted} SET SCHEMA {SqlIdentifier.Quote(name.Schema)}"),
        new Statement($"DROP SCHEMA {SqlIdentifier.Quote(SchemaOf(id))}"),
        .. after,
    ];

    /// <summary>Not with CASCADE: something else in quarantine may need it.</summary>
    /// <param name="name">Quoted, without the schema.</param>
    public static IReadOnlyList<Statement> Purge(string kind, string name, string id) =>
        [new Statement($"DROP {kind} {SqlIdentifier.Quote(SchemaOf(id))}.{name}"), new Statement($"DROP SCHEMA {SqlIdentifier.Quote(SchemaOf(id))}")];

    /// <summary>A type or routine: what uses it in quarantine goes on using it.</summary>
    /// <param name="name">Quoted, without the schema, with what else it takes.</param>
    public static IReadOnlyList<Statement> MoveNeeded(string kind, string schema, string name, string id) =>
    [
        new Statement($"CREATE SCHEMA {SqlIdentifier.Quote(SchemaOf(id))}"),
        new Statement($"ALTER {kind} {SqlIdentifier.Quote(schema)}.{name} SET SCHEMA {SqlIdentifier.Quote(SchemaOf(id))}"),
    ];

    public static IReadOnlyList<Statement> ReturnNeeded(string kind, string schema, string name, string id) =>
    [
        new Statement($"ALTER {kind} {SqlIdentifier.Quote(SchemaOf(id))}.{name} SET SCHEMA {SqlIdentifier.Quote(schema)}"),
        new Statement($"DROP SCHEMA {SqlIdentifier.Quote(SchemaOf(id))}"),
    ];

    /// <summary>A partition that is one no more keeps those of its table, under names of its own.</summary>
    public static Statement DropForeignKeys(QualifiedName name) => new($"""
        DO $kolumn$
        DECLARE key name;
        BEGIN
          FOR key IN SELECT conname FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conrelid = {SqlLiteral.Quote(name.Quoted)}::regclass LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {SqlLiteral.Quote(name.Quoted)}, key);
          END LOOP;
        END $kolumn$
        """);

    // A drop would be refused for them; a change of schema takes them along, to where nobody expects their data to come from.
    private static Statement RefuseWhileUsed(QualifiedName name) => new(string.Format(
        CultureInfo.InvariantCulture,
        """
        DO $kolumn$
        DECLARE users text;
        BEGIN
          SELECT string_agg(DISTINCT what, ', ') INTO users FROM (
            SELECT conrelid, format('foreign key %I of %s', conname, conrelid::regclass) FROM pg_catalog.pg_constraint WHERE contype = 'f' AND confrelid = {0}::regclass AND conrelid <> confrelid
            UNION ALL SELECT r.ev_class, r.ev_class::regclass::text FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
              WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = {0}::regclass AND r.ev_class <> d.refobjid
            UNION ALL SELECT a.adrelid, format('default of %s', a.adrelid::regclass) FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef a ON a.oid = d.objid
              WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = {0}::regclass AND a.adrelid <> d.refobjid
            UNION ALL SELECT inhrelid, format('partition %s', inhrelid::regclass) FROM pg_catalog.pg_inherits WHERE inhparent = {0}::regclass
          ) AS found (relation, what)
          JOIN pg_catalog.pg_class c ON c.oid = relation
          WHERE NOT starts_with(c.relnamespace::regnamespace::text, '_kolumn_quarantine_');
          IF users IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = '2BP01', MESSAGE = format('%s cannot be removed: it is used by %s', {0}, users);
          END IF;
        END $kolumn$
        """,
        SqlLiteral.Quote(name.Quoted)));
}
