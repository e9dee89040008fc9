using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Policies;

/// <summary>A policy of row-level security as the catalog reports it.</summary>
internal sealed record PolicyDefinition : IObjectDefinition
{
    /// <summary>Always that of the table.</summary>
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The table's identity, <c>public.users</c>.</summary>
    public required string Table { get; init; }

    /// <summary><c>select</c>, <c>insert</c>, <c>update</c> or <c>delete</c>; absent for all of them.</summary>
    public string? Command { get; init; }

    /// <summary>Takes away what others give.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Restrictive { get; init; }

    /// <summary>Sorted; empty for everybody.</summary>
    public IReadOnlyList<string> Roles { get; init => field = value ?? []; } = [];

    /// <summary>Which rows are seen.</summary>
    public string? Using { get; init; }

    /// <summary>Which rows may come; absent for the same.</summary>
    public string? Check { get; init; }

    public string? Comment { get; init; }

    /// <summary>A policy belongs to its table's owner.</summary>
    [JsonIgnore]
    public string? Owner => null;

    [JsonIgnore]
    public QualifiedName Relation => QualifiedName.Parse(Table)!.Value;

    [JsonIgnore]
    public SqlObject Sql => new("POLICY", $"{SqlIdentifier.Quote(Name)} ON {Relation.Quoted}") { Relation = Relation, CommentLock = TableLock.AccessShare };
}
