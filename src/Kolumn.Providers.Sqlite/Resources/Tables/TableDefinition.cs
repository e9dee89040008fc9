namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>A table as SQLite keeps it: what the catalog's text says and what a config asks for, in one shape.</summary>
internal sealed record TableDefinition
{
    public required string Name { get; init; }

    public required IReadOnlyList<ColumnDefinition> Columns { get; init; }

    public PrimaryKey? PrimaryKey { get; init; }

    public IReadOnlyList<UniqueConstraint> UniqueConstraints { get; init; } = [];

    public IReadOnlyList<CheckConstraint> Checks { get; init; } = [];

    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    public bool WithoutRowid { get; init; }

    public bool Strict { get; init; }

    /// <summary>Indexes and triggers of the table, which go with it when it is dropped; null when they are not known, as of a table yet to be made.</summary>
    public IReadOnlyList<Dependant>? Dependants { get; init; }

    public ColumnDefinition? Column(string name) => Columns.FirstOrDefault(column => Ddl.SqliteName.AreEqual(column.Name, name));

    /// <summary>
    /// The one column that is the row's own number, never NULL and filled in by SQLite; null when there is none:
    /// https://www.sqlite.org/lang_createtable.html#rowid.
    /// </summary>
    public string? RowidAlias =>
        !WithoutRowid && PrimaryKey is { Columns: [{ Descending: false } key] } && Column(key.Name) is { Type: "INTEGER" } ? key.Name : null;

    /// <summary>SQLite lets a primary key hold NULL, except here.</summary>
    public bool KeyIsNeverNull => WithoutRowid || Strict || RowidAlias is not null;
}

internal sealed record ColumnDefinition
{
    public required string Name { get; init; }

    /// <summary>In capitals; null for a column without a type.</summary>
    public string? Type { get; init; }

    public bool Nullable { get; init; } = true;

    /// <summary>What NOT NULL does on conflict, <c>REPLACE</c>; null for the default.</summary>
    public string? NullConflict { get; init; }

    /// <summary>An SQL expression.</summary>
    public string? Default { get; init; }

    /// <summary>null for BINARY.</summary>
    public string? Collation { get; init; }

    /// <summary>The expression of a generated column.</summary>
    public string? Generated { get; init; }

    public bool Stored { get; init; }
}

/// <summary>A column's place in a key or an index.</summary>
internal sealed record KeyColumn(string Name, bool Descending = false, string? Collation = null);

internal sealed record PrimaryKey(string? Name, IReadOnlyList<KeyColumn> Columns)
{
    public bool Autoincrement { get; init; }

    public string? OnConflict { get; init; }
}

internal sealed record UniqueConstraint(string? Name, IReadOnlyList<KeyColumn> Columns)
{
    public string? OnConflict { get; init; }
}

internal sealed record CheckConstraint(string? Name, string Expression);

internal sealed record ForeignKey(string? Name, IReadOnlyList<string> Columns, string Table)
{
    /// <summary>Empty: the other table's primary key.</summary>
    public IReadOnlyList<string> ReferencedColumns { get; init; } = [];

    /// <summary><c>CASCADE</c>, <c>SET NULL</c>, <c>SET DEFAULT</c>, <c>RESTRICT</c>; null for NO ACTION.</summary>
    public string? OnDelete { get; init; }

    public string? OnUpdate { get; init; }

    public bool InitiallyDeferred { get; init; }
}
