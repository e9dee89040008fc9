using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>A table as the catalog reports it. Expressions and types are in the server's spelling.</summary>
internal sealed record TableDefinition
{
    /// <summary>Absent in the connection's database.</summary>
    public string? Schema { get; init; }

    public required string Name { get; init; }

    public string? Comment { get; init; }

    /// <summary>In lower case; absent in a description that leaves it to the server, as are the two that follow.</summary>
    public string? Engine { get; init; }

    public string? Charset { get; init; }

    public string? Collation { get; init; }

    public IReadOnlyList<ColumnDefinition> Columns { get; init => field = value ?? []; } = [];

    public KeyDefinition? PrimaryKey { get; init; }

    public IReadOnlyList<KeyDefinition> UniqueConstraints { get; init => field = value ?? []; } = [];

    public IReadOnlyList<CheckDefinition> Checks { get; init => field = value ?? []; } = [];

    public IReadOnlyList<ForeignKeyDefinition> ForeignKeys { get; init => field = value ?? []; } = [];

    /// <summary>How rows are divided, <c>RANGE (year(`made`))</c>; absent for an undivided table.</summary>
    public string? PartitionBy { get; init; }

    /// <summary>In their order.</summary>
    public IReadOnlyList<PartitionDefinition> Partitions { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public MySqlName Identity => new(Schema, Name);
}

internal sealed record ColumnDefinition
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    /// <summary>false for NOT NULL, otherwise absent.</summary>
    public bool? Nullable { get; init; }

    /// <summary>An SQL expression.</summary>
    public string? Default { get; init; }

    /// <summary>The moment that is set whenever the row changes: <c>current_timestamp()</c>.</summary>
    public string? OnUpdate { get; init; }

    /// <summary>The expression of a generated column.</summary>
    public string? Generated { get; init; }

    /// <summary>The generated value is kept in the row.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Stored { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AutoIncrement { get; init; }

    /// <summary>In a description only: the server chooses the collation.</summary>
    public string? Charset { get; init; }

    /// <summary>Absent for that of the table.</summary>
    public string? Collation { get; init; }

    /// <summary>A check that belongs to the column (MariaDB).</summary>
    public string? Check { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Invisible { get; init; }

    public string? Comment { get; init; }

    [JsonIgnore]
    public bool NotNull => Nullable == false;
}

/// <summary>The primary key or a unique constraint.</summary>
internal sealed record KeyDefinition
{
    /// <summary>Absent for the primary key, which has none of its own.</summary>
    public string? Name { get; init; }

    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    /// <summary>How many characters of a column count, by its name; absent when all do.</summary>
    public IReadOnlyDictionary<string, int>? Lengths { get; init; }
}

internal sealed record CheckDefinition
{
    public required string Name { get; init; }

    public required string Expression { get; init; }
}

internal sealed record ForeignKeyDefinition
{
    public required string Name { get; init; }

    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    /// <summary>The other table's identity.</summary>
    public required string References { get; init; }

    /// <summary>In the order of <see cref="Columns"/>; empty while only the server knows the other table's primary key.</summary>
    public IReadOnlyList<string> ReferencedColumns { get; init => field = value ?? []; } = [];

    /// <summary><c>cascade</c> or <c>set null</c>; absent for restrict, which no action means too.</summary>
    public string? OnDelete { get; init; }

    /// <summary>As <see cref="OnDelete"/>.</summary>
    public string? OnUpdate { get; init; }

    /// <summary>The index that came with it, which it does not take along when it goes. Nobody desires one or none.</summary>
    public string? Index { get; init; }
}

internal sealed record PartitionDefinition
{
    public required string Name { get; init; }

    /// <summary>The bound or the list, <c>LESS THAN (2020)</c>, <c>IN (1, 2)</c>; absent where rows are divided by a hash.</summary>
    public string? Values { get; init; }

    public string? Comment { get; init; }
}
