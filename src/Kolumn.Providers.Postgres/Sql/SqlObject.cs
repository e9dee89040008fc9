using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>An object as the statements name it that exist for every kind.</summary>
/// <param name="Kind">In SQL's words: <c>MATERIALIZED VIEW</c>.</param>
/// <param name="Name">Quoted, with what else it takes: <c>"t" ON "public"."users"</c>.</param>
internal readonly record struct SqlObject(string Kind, string Name)
{
    /// <summary>What is locked when the object is dropped, given away or described: itself, or the table it belongs to; null for what is no relation.</summary>
    public QualifiedName? Relation { get; init; }

    /// <summary>What a comment locks: an object inside a table is not the table.</summary>
    public TableLock CommentLock { get; init; } = TableLock.ShareUpdateExclusive;

    public Statement Drop => new($"DROP {Kind} {Name}") { Locks = Locks(TableLock.AccessExclusive) };

    /// <param name="text">null removes the comment.</param>
    public Statement Comment(string? text) => new($"COMMENT ON {Kind} {Name} IS {(text is null ? "NULL" : SqlLiteral.Quote(text))}") { Locks = Locks(CommentLock) };

    public Statement Owner(string role) => new($"ALTER {Kind} {Name} OWNER TO {SqlIdentifier.Quote(role)}") { Locks = Locks(TableLock.AccessExclusive) };

    /// <summary>An index is renamed while its table is in use (PostgreSQL manual, ALTER INDEX).</summary>
    public Statement Rename(string to) => new($"ALTER {Kind} {Name} RENAME TO {SqlIdentifier.Quote(to)}") { Locks = Kind == "INDEX" ? [] : Locks(TableLock.AccessExclusive) };

    private ObjectLock[] Locks(TableLock mode) => Relation is { } relation ? [mode.On(relation)] : [];
}
