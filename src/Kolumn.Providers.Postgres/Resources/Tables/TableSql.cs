using System.Text;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>Tables and their parts as SQL: PostgreSQL manual, CREATE TABLE. Names are quoted; types and expressions have been checked when they were described.</summary>
internal static class TableSql
{
    /// <summary>CREATE TABLE with everything in it, and a COMMENT for each column's comment.</summary>
    public static IReadOnlyList<Statement> Create(TableDefinition table)
    {
        var elements = table.Columns.Select(Column)
            .Concat(table.PrimaryKey is { } key ? [PrimaryKey(key)] : [])
            .Concat(table.UniqueConstraints.Select(Unique))
            .Concat(table.Exclusions.Select(Exclusion))
            .Concat(table.Checks.Select(Check))
            .Concat(table.ForeignKeys.Select(ForeignKey))
            .Select(element => "    " + element);
        var kind = table.Unlogged ? "UNLOGGED TABLE" : "TABLE";
        var body = string.Join(",\n", elements);
        var statements = new List<Statement>
        {
            new($"CREATE {kind} {table.Identity.Quoted} (\n{body}\n){PartitionBy(table.PartitionBy)}{StorageParameters.With(table.StorageParameters)}")
            {
                Locks = [.. Referenced(table, table.ForeignKeys).Select(name => TableLock.ShareRowExclusive.On(name))],

                // The table, what keeps its long values with an index, the schema, indexes, sequences, tables referred to.
                LockEntries = 4 + Keys(table) + Sequences(table) + table.ForeignKeys.Count,
            },
        };
        if (table.RowLevelSecurity || table.ForceRowLevelSecurity)
        {
            var parts = new[] { table.RowLevelSecurity ? "ENABLE ROW LEVEL SECURITY" : null, table.ForceRowLevelSecurity ? "FORCE ROW LEVEL SECURITY" : null }.OfType<string>();
            statements.Add(new Statement($"ALTER TABLE {table.Identity.Quoted} {string.Join(", ", parts)}"));
        }

        statements.AddRange(table.Columns.Where(column => column.Comment is not null).Select(column => Comment(table, column)));
        return statements;
    }

    public static Statement DropConstraintIfExists(TableDefinition table, string constraint) =>
        new($"ALTER TABLE {table.Identity.Quoted} DROP CONSTRAINT IF EXISTS {SqlIdentifier.Quote(constraint)}") { Locks = [TableLock.AccessExclusive.On(table.Identity)] };

    /// <summary>Rows that have lost what they reference leave the key unvalidated; a table that has changed leaves it out. The table's definition says so afterwards.</summary>
    public static Statement AddForeignKeyIfItFits(TableDefinition table, ForeignKeyDefinition key) => new($"""
        DO $kolumn$ BEGIN
          ALTER TABLE {table.Identity.Quoted} ADD {ForeignKey(key with { NotValid = false })} NOT VALID;
          BEGIN
            ALTER TABLE {table.Identity.Quoted} VALIDATE CONSTRAINT {SqlIdentifier.Quote(key.Name)};
          EXCEPTION WHEN foreign_key_violation THEN NULL;
          END;
        EXCEPTION WHEN undefined_column OR invalid_foreign_key OR datatype_mismatch THEN NULL;
        END $kolumn$
        """);

    public static Statement RenameColumn(TableDefinition table, string from, string to) =>
        new($"ALTER TABLE {table.Identity.Quoted} RENAME COLUMN {SqlIdentifier.Quote(from)} TO {SqlIdentifier.Quote(to)}") { Locks = [TableLock.AccessExclusive.On(table.Identity)] };

    public static Statement RenameConstraint(TableDefinition table, string from, string to) =>
        new($"ALTER TABLE {table.Identity.Quoted} RENAME CONSTRAINT {SqlIdentifier.Quote(from)} TO {SqlIdentifier.Quote(to)}") { Locks = [TableLock.AccessExclusive.On(table.Identity)] };

    public static Statement Drop(TableDefinition table) => table.Sql.Drop with
    {
        Hazards = [new Hazard(HazardNames.DataLoss, $"Every row of {table.Identity} is lost.")],
        LockEntries = DropEntries(table),
        Locks = [.. table.Sql.Drop.Locks, .. Referenced(table, table.ForeignKeys).Select(name => TableLock.AccessExclusive.On(name))],
    };

    // Not the same as for a creation: dropping locks constraints, defaults, types and the triggers of foreign keys by themselves.
    private static int DropEntries(TableDefinition table) =>
        6 + (2 * Keys(table)) + (2 * Sequences(table)) + table.Columns.Count(column => column.Default is not null || column.Generated is not null) + table.Checks.Count + (6 * table.ForeignKeys.Count);

    private static int Keys(TableDefinition table) => (table.PrimaryKey is null ? 0 : 1) + table.UniqueConstraints.Count + table.Exclusions.Count;

    private static int Sequences(TableDefinition table) => table.Columns.Count(column => column.Serial || column.Identity is not null);

    /// <summary>Tables that foreign keys point to, each once and without the table itself: a key comes and goes with triggers on both ends.</summary>
    public static IEnumerable<string> Referenced(TableDefinition table, IEnumerable<ForeignKeyDefinition> keys) =>
        keys.Select(key => key.References).Where(name => name != table.Identity.ToString()).Distinct(StringComparer.Ordinal);

    public static Statement Comment(TableDefinition table, ColumnDefinition column) =>
        new SqlObject("COLUMN", $"{table.Identity.Quoted}.{SqlIdentifier.Quote(column.Name)}") { Relation = table.Identity }.Comment(column.Comment);

    /// <summary>The column as CREATE TABLE and ADD COLUMN take it.</summary>
    public static string Column(ColumnDefinition column)
    {
        var text = new StringBuilder(SqlIdentifier.Quote(column.Name)).Append(' ')
            .Append(column.Serial ? PostgresType.SerialOf(column.Type) : column.Type);
        if (column.Collation is { } collation)
        {
            text.Append(" COLLATE ").Append(collation);
        }

        if (column.Generated is { } generated)
        {
            text.Append(" GENERATED ALWAYS AS (").Append(generated).Append(") STORED");
        }

        if (column.Identity is { } identity)
        {
            text.Append(' ').Append(Identity(identity));
        }

        if (column.Default is { } expression)
        {
            text.Append(" DEFAULT ").Append(expression);
        }

        return text.Append(column.NotNull ? " NOT NULL" : "").ToString();
    }

    public static string PrimaryKey(KeyDefinition key) => Named(key.Name, "PRIMARY KEY " + KeyColumns(key));

    /// <summary>ADD CONSTRAINT with an index that is there already; it gets the constraint's name.</summary>
    /// <param name="kind">PRIMARY KEY or UNIQUE.</param>
    public static string UsingIndex(KeyDefinition key, string kind, string index) =>
        Named(key.Name, $"{kind} USING INDEX {SqlIdentifier.Quote(index)}{Deferral(key.Deferrable, key.InitiallyDeferred)}");

    public static string Unique(KeyDefinition key) =>
        Named(key.Name, $"UNIQUE {(key.NullsNotDistinct ? "NULLS NOT DISTINCT " : "")}{KeyColumns(key)}");

    public static string Exclusion(ExclusionDefinition exclusion) => Named(exclusion.Name, TableExclusions.ToSql(exclusion));

    public static string PartitionBy(string? key) => key is null ? "" : $" PARTITION BY {key}";

    public static string Check(CheckDefinition check) => Named(check.Name, $"CHECK ({check.Expression}){(check.NotValid ? " NOT VALID" : "")}");

    public static string ForeignKey(ForeignKeyDefinition key)
    {
        // An identity is a name as the catalog or the describer spelled it, so that it always parses.
        var target = QualifiedName.Parse(key.References)!.Value.Quoted;
        var text = new StringBuilder($"FOREIGN KEY ({SqlIdentifier.QuoteAll(key.Columns)}) REFERENCES {target}");
        if (key.ReferencedColumns.Count > 0)
        {
            text.Append(" (").Append(SqlIdentifier.QuoteAll(key.ReferencedColumns)).Append(')');
        }

        text.Append(key.MatchFull ? " MATCH FULL" : "")
            .Append(key.OnDelete is { } onDelete ? " ON DELETE " + onDelete.ToUpperInvariant() : "")
            .Append(key.OnUpdate is { } onUpdate ? " ON UPDATE " + onUpdate.ToUpperInvariant() : "")
            .Append(Deferral(key.Deferrable, key.InitiallyDeferred))
            .Append(key.NotValid ? " NOT VALID" : "");
        return Named(key.Name, text.ToString());
    }

    public static string Identity(IdentityDefinition identity)
    {
        var options = string.Join(' ', SequenceRange.Clauses(identity));
        return $"GENERATED {Generation(identity)} AS IDENTITY{(options.Length == 0 ? "" : $" ({options})")}";
    }

    public static string Generation(IdentityDefinition identity) => identity.Generation == IdentityDefinition.Always ? "ALWAYS" : "BY DEFAULT";

    private static string Named(string name, string constraint) => $"CONSTRAINT {SqlIdentifier.Quote(name)} {constraint}";

    private static string KeyColumns(KeyDefinition key)
    {
        var include = key.Include.Count > 0 ? $" INCLUDE ({SqlIdentifier.QuoteAll(key.Include)})" : "";
        return $"({SqlIdentifier.QuoteAll(key.Columns)}){include}{Deferral(key.Deferrable, key.InitiallyDeferred)}";
    }

    public static string Deferral(bool deferrable, bool initiallyDeferred) =>
        initiallyDeferred ? " DEFERRABLE INITIALLY DEFERRED" : deferrable ? " DEFERRABLE" : "";
}
