using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Types;

/// <summary>An enum, a composite type or a domain, as the catalog reports it. Which of them is told by which members it has.</summary>
internal sealed record TypeDefinition : IObjectDefinition
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>Of an enum, in their order.</summary>
    public IReadOnlyList<string> Values { get; init => field = value ?? []; } = [];

    /// <summary>What values of an enum were called, by what they are called now. Never read.</summary>
    public IReadOnlyDictionary<string, string>? RenamedValues { get; init; }

    /// <summary>Of a composite type.</summary>
    public IReadOnlyList<TypeAttribute> Attributes { get; init => field = value ?? []; } = [];

    /// <summary>A composite type may have no attributes at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Composite { get; init; }

    /// <summary>The type under a domain.</summary>
    public string? Base { get; init; }

    /// <summary>Of a domain: spelled as in a statement, absent for that of its base.</summary>
    public string? Collation { get; init; }

    /// <summary>Of a domain: an SQL expression.</summary>
    public string? Default { get; init; }

    /// <summary>Of a domain: false for NOT NULL, otherwise absent.</summary>
    public bool? Nullable { get; init; }

    /// <summary>Of a domain; the value is called VALUE.</summary>
    public IReadOnlyList<CheckDefinition> Checks { get; init => field = value ?? []; } = [];

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore]
    public TypeKind Kind => Base is not null ? TypeKind.Domain : Composite ? TypeKind.Composite : TypeKind.Enum;

    [JsonIgnore]
    public SqlObject Sql => new(Kind == TypeKind.Domain ? "DOMAIN" : "TYPE", Identity.Quoted);

    [JsonIgnore]
    public QualifiedName Identity => new(Schema, Name);
}

internal enum TypeKind
{
    Enum,
    Composite,
    Domain,
}

internal sealed record TypeAttribute
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    /// <summary>Spelled as in a statement; absent for that of the type.</summary>
    public string? Collation { get; init; }
}
