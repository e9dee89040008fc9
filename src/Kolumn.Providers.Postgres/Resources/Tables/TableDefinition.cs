using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>A table as the catalog reports it. Expressions and types are in the server's spelling, names are whole.</summary>
internal sealed record TableDefinition : IObjectDefinition
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unlogged { get; init; }

    public IReadOnlyList<ColumnDefinition> Columns { get; init => field = value ?? []; } = [];

    public KeyDefinition? PrimaryKey { get; init; }

    public IReadOnlyList<KeyDefinition> UniqueConstraints { get; init => field = value ?? []; } = [];

    public IReadOnlyList<CheckDefinition> Checks { get; init => field = value ?? []; } = [];

    public IReadOnlyList<ForeignKeyDefinition> ForeignKeys { get; init => field = value ?? []; } = [];

    public IReadOnlyList<ExclusionDefinition> Exclusions { get; init => field = value ?? []; } = [];

    /// <summary>How rows are divided among partitions, <c>RANGE (made)</c>; absent for an ordinary table.</summary>
    public string? PartitionBy { get; init; }

    public IReadOnlyDictionary<string, string>? StorageParameters { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RowLevelSecurity { get; init; }

    /// <summary>Policies hold for the owner too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ForceRowLevelSecurity { get; init; }

    /// <summary>Names of indexes that an interrupted making of a key left; absent when there are none. Never desired: a change takes them away.</summary>
    public IReadOnlyList<string> Leftovers { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public SqlObject Sql => new("TABLE", Identity.Quoted) { Relation = Identity };

    [JsonIgnore]
    public QualifiedName Identity => new(Schema, Name);
}

internal sealed record ColumnDefinition
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    /// <summary>false for NOT NULL, otherwise absent.</summary>
    public bool? Nullable { get; init; }

    /// <summary>An SQL expression.</summary>
    public string? Default { get; init; }

    /// <summary>The expression of a stored generated column.</summary>
    public string? Generated { get; init; }

    public IdentityDefinition? Identity { get; init; }

    /// <summary>The default draws from a sequence that the column owns.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Serial { get; init; }

    /// <summary>Spelled as in a statement: <c>"C"</c>, <c>public.german</c>; absent for that of the type.</summary>
    public string? Collation { get; init; }

    public string? Comment { get; init; }

    [JsonIgnore]
    public bool NotNull => Nullable == false;
}

/// <summary>An identity column's sequence; what is absent is PostgreSQL's default for the column's type.</summary>
internal sealed record IdentityDefinition : SequenceOptions
{
    public const string Always = "always";
    public const string ByDefault = "by_default";

    /// <summary><see cref="Always"/> or <see cref="ByDefault"/>.</summary>
    public required string Generation { get; init; }
}

/// <summary>A primary key or unique constraint.</summary>
internal sealed record KeyDefinition
{
    public required string Name { get; init; }

    /// <summary>In the order of the index behind it.</summary>
    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    /// <summary>Columns that the index carries without their being part of the key.</summary>
    public IReadOnlyList<string> Include { get; init => field = value ?? []; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NullsNotDistinct { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deferrable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InitiallyDeferred { get; init; }
}

internal sealed record CheckDefinition
{
    public required string Name { get; init; }

    public required string Expression { get; init; }

    /// <summary>Rows that were there before it have not been checked. Never desired: a change validates it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NotValid { get; init; }
}

/// <summary>No two rows may agree, by the operators, in all elements.</summary>
internal sealed record ExclusionDefinition
{
    public required string Name { get; init; }

    /// <summary>Absent for btree.</summary>
    public string? Method { get; init; }

    public IReadOnlyList<ExclusionElement> Elements { get; init => field = value ?? []; } = [];

    /// <summary>Columns that the index carries beside.</summary>
    public IReadOnlyList<string> Include { get; init => field = value ?? []; } = [];

    /// <summary>Which rows it is about.</summary>
    public string? Where { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deferrable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InitiallyDeferred { get; init; }
}

internal sealed record ExclusionElement : IndexPart
{
    /// <summary>Spelled as in a statement: <c>&amp;&amp;</c>, <c>OPERATOR(geo.&amp;&amp;)</c>.</summary>
    public required string Operator { get; init; }
}

internal sealed record ForeignKeyDefinition
{
    public required string Name { get; init; }

    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    /// <summary>The other table's identity, <c>public.users</c>.</summary>
    public required string References { get; init; }

    /// <summary>In the order of <see cref="Columns"/>; empty while only the server knows the other table's primary key.</summary>
    public IReadOnlyList<string> ReferencedColumns { get; init => field = value ?? []; } = [];

    /// <summary><c>cascade</c>, <c>restrict</c>, <c>set null</c> or <c>set default</c>; absent for no action.</summary>
    public string? OnDelete { get; init; }

    /// <summary>As <see cref="OnDelete"/>.</summary>
    public string? OnUpdate { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MatchFull { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deferrable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InitiallyDeferred { get; init; }

    /// <summary>As <see cref="CheckDefinition.NotValid"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NotValid { get; init; }
}
