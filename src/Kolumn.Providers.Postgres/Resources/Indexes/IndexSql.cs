using System.Text;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>Indexes as SQL: PostgreSQL manual, CREATE INDEX.</summary>
internal static class IndexSql
{
    public static Statement Create(IndexDefinition index) => new($"CREATE {Text(index, "")}")
    {
        Hazards = [new Hazard(HazardNames.IndexBuild, $"Writers to {index.Table} wait while {index.Name} is built.")],
        Locks = [TableLock.Share.On(index.Table)],
        LockEntries = 2,
    };

    /// <summary>Writers go on meanwhile. It waits for transactions that are older, cannot be part of one, and leaves an invalid index when it fails.</summary>
    public static Statement CreateConcurrently(IndexDefinition index) => new($"CREATE {Text(index, "CONCURRENTLY ")}")
    {
        Locks = [TableLock.ShareUpdateExclusive.On(index.Table)],
        Place = StatementPlace.Alone,
        IsRefusedInTransaction = true,
        Cleanup = [DropConcurrently(index, "IF EXISTS ")],
    };

    /// <param name="condition"><c>IF EXISTS </c>, or nothing.</param>
    public static Statement DropConcurrently(IndexDefinition index, string condition = "") => new($"DROP INDEX CONCURRENTLY {condition}{index.Identity.Quoted}")
    {
        Locks = [TableLock.ShareUpdateExclusive.On(index.Table), TableLock.ShareUpdateExclusive.On(index.Identity)],
        Place = StatementPlace.Alone,
        IsRefusedInTransaction = true,
    };

    /// <summary>Names change without anybody who uses the index noticing.</summary>
    public static Statement Rename(IndexDefinition index, string name) => new($"ALTER INDEX {index.Identity.Quoted} RENAME TO {SqlIdentifier.Quote(name)}")
    {
        Locks = [TableLock.ShareUpdateExclusive.On(index.Identity)],
        Place = StatementPlace.AfterCommit,
    };

    private static string Text(IndexDefinition index, string concurrently)
    {
        var text = new StringBuilder(index.Unique ? "UNIQUE " : "").Append("INDEX ").Append(concurrently).Append(SqlIdentifier.Quote(index.Name))
            .Append(" ON ").Append(QualifiedName.Parse(index.Table)!.Value.Quoted)
            .Append(index.Method is { } method ? " USING " + SqlIdentifier.Quote(method) : "")
            .Append(" (").AppendJoin(", ", index.Columns.Select(Part)).Append(')')
            .Append(index.Include.Count > 0 ? $" INCLUDE ({SqlIdentifier.QuoteAll(index.Include)})" : "")
            .Append(index.NullsNotDistinct ? " NULLS NOT DISTINCT" : "")
            .Append(index.Where is { } condition ? $" WHERE {condition}" : "");
        return text.ToString();
    }

    /// <summary>Whoever drops an index locks its table first.</summary>
    public static Statement Drop(IndexDefinition index) => index.Sql.Drop with
    {
        Locks = [TableLock.AccessExclusive.On(index.Table), TableLock.AccessExclusive.On(index.Identity)],
    };

    /// <summary>A key as indexes and exclusion constraints spell it.</summary>
    public static string Part(IndexPart part) => new StringBuilder(part.Column is { } column ? SqlIdentifier.Quote(column) : $"({part.Expression})")
        .Append(part.Collation is { } collation ? $" COLLATE {collation}" : "")
        .Append(part.Opclass is { } opclass ? $" {opclass}" : "")
        .Append(part.Order == "desc" ? " DESC" : "")
        .Append(part.Nulls is { } nulls ? $" NULLS {nulls.ToUpperInvariant()}" : "")
        .ToString();
}
