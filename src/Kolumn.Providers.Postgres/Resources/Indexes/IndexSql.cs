using System.Text;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>Indexes as SQL: PostgreSQL manual, CREATE INDEX.</summary>
internal static class IndexSql
{
    public static Statement Create(IndexDefinition index)
    {
        var table = QualifiedName.Parse(index.Table)!.Value;
        var text = new StringBuilder("CREATE ").Append(index.Unique ? "UNIQUE " : "").Append("INDEX ").Append(SqlIdentifier.Quote(index.Name))
            .Append(" ON ").Append(table.Quoted)
            .Append(index.Method is { } method ? " USING " + SqlIdentifier.Quote(method) : "")
            .Append(" (").AppendJoin(", ", index.Columns.Select(Part)).Append(')')
            .Append(index.Include.Count > 0 ? $" INCLUDE ({SqlIdentifier.QuoteAll(index.Include)})" : "")
            .Append(index.NullsNotDistinct ? " NULLS NOT DISTINCT" : "")
            .Append(index.Where is { } condition ? $" WHERE {condition}" : "");
        return new Statement(text.ToString())
        {
            Hazards = [new Hazard(HazardNames.IndexBuild, $"Writers to {index.Table} wait while {index.Name} is built.")],
            Locks = [TableLock.Share.On(table)],
        };
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
