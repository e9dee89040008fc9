using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Triggers;

/// <summary>A trigger as the catalog reports it.</summary>
internal sealed record TriggerDefinition : IObjectDefinition
{
    public const string InsteadOf = "instead of";

    /// <summary>Always that of the table.</summary>
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The identity of the table or view, <c>public.users</c>.</summary>
    public required string Table { get; init; }

    /// <summary><c>before</c>, <c>after</c> or <c>instead of</c>.</summary>
    public required string Timing { get; init; }

    /// <summary><c>insert</c>, <c>update</c>, <c>delete</c>, <c>truncate</c>, in this order.</summary>
    public IReadOnlyList<string> Events { get; init => field = value ?? []; } = [];

    /// <summary>Of UPDATE OF, sorted.</summary>
    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    /// <summary>False for once for each statement.</summary>
    public bool ForEachRow { get; init; }

    public string? When { get; init; }

    /// <summary>The identity of the function, <c>public.stamp()</c>.</summary>
    public required string Function { get; init; }

    public IReadOnlyList<string> Arguments { get; init => field = value ?? []; } = [];

    /// <summary>What the rows before the statement are called.</summary>
    public string? OldTable { get; init; }

    /// <summary>What the rows after the statement are called.</summary>
    public string? NewTable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Constraint { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deferrable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InitiallyDeferred { get; init; }

    /// <summary><c>disabled</c>, <c>replica</c> or <c>always</c>; absent for what a new trigger is.</summary>
    public string? Enabled { get; init; }

    public string? Comment { get; init; }

    /// <summary>A trigger belongs to its table's owner.</summary>
    [JsonIgnore]
    public string? Owner => null;

    [JsonIgnore]
    public QualifiedName Relation => QualifiedName.Parse(Table)!.Value;

    [JsonIgnore]
    public SqlObject Sql => new("TRIGGER", $"{SqlIdentifier.Quote(Name)} ON {Relation.Quoted}") { Relation = Relation, CommentLock = TableLock.AccessShare };
}
