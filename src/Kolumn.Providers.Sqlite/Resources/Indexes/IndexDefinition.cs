using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Indexes;

/// <summary>An index made by CREATE INDEX; those that SQLite makes for keys belong to their table.</summary>
internal sealed record IndexDefinition
{
    public required string Name { get; init; }

    public required string Table { get; init; }

    public required IReadOnlyList<IndexColumn> Columns { get; init; }

    public bool Unique { get; init; }

    /// <summary>The condition of a partial index.</summary>
    public string? Where { get; init; }

    /// <summary>https://www.sqlite.org/lang_createindex.html</summary>
    public string ToSql() =>
        $"CREATE {(Unique ? "UNIQUE " : "")}INDEX {SqlIdentifier.Quote(Name)} ON {SqlIdentifier.Quote(Table)} ({string.Join(", ", Columns.Select(column => column.ToSql()))})"
        + (Where is null ? "" : $" WHERE {Where}");

    /// <summary>Equal for indexes that mean the same.</summary>
    public string Meaning => CanonicalSql.Fold(ToSql());

    /// <summary>Whether a column's name stands anywhere in it.</summary>
    public bool Mentions(string column) =>
        Columns.Any(c => c.Column is { } name ? SqliteName.AreEqual(name, column) : Names(c.Expression!, column))
        || (Where is { } where && Names(where, column));

    private static bool Names(string expression, string column) =>
        Tokenizer.Scan(expression).Exists(token => token.IsName && SqliteName.AreEqual(token.Name, column));
}

/// <summary>One column or one expression of an index.</summary>
internal sealed record IndexColumn
{
    public string? Column { get; init; }

    /// <summary>Instead of <see cref="Column"/>.</summary>
    public string? Expression { get; init; }

    public string? Collation { get; init; }

    public bool Descending { get; init; }

    /// <summary>An expression stands in parentheses, so that nothing after it can be taken for a part of it.</summary>
    public string ToSql() =>
        (Column is { } name ? SqlIdentifier.Quote(name) : $"({Expression})")
        + (Collation is { } collation ? $" COLLATE {SqlIdentifier.Quote(collation)}" : "")
        + (Descending ? " DESC" : "");
}
