using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>All that one role may do with one object, as its owner has granted it. Exactly one of the kinds says which object.</summary>
internal sealed record GrantDefinition : GrantedRights
{
    /// <summary>The identity of a table, view, materialised view or partition.</summary>
    public string? Table { get; init; }

    public string? Sequence { get; init; }

    public string? Schema { get; init; }

    public string? Database { get; init; }

    /// <summary><c>public.total(integer)</c></summary>
    public string? Function { get; init; }

    public string? Procedure { get; init; }

    public string? Type { get; init; }

    /// <summary>What it may do with single columns of a table, by name.</summary>
    public IReadOnlyList<ColumnRights> Columns { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public override bool IsStandard => Columns.Count == 0 && base.IsStandard;

    [JsonIgnore]
    public (PrivilegeKind Kind, string Object) About => this switch
    {
        { Table: { } table } => (PrivilegeKind.Table, table),
        { Sequence: { } sequence } => (PrivilegeKind.Sequence, sequence),
        { Schema: { } schema } => (PrivilegeKind.Schema, schema),
        { Database: { } database } => (PrivilegeKind.Database, database),
        { Function: { } function } => (PrivilegeKind.Function, function),
        { Procedure: { } procedure } => (PrivilegeKind.Procedure, procedure),
        { Type: { } type } => (PrivilegeKind.Type, type),
        _ => throw new InvalidOperationException("A grant is about something."),
    };

    /// <summary>As GRANT names it.</summary>
    [JsonIgnore]
    public string Target
    {
        get
        {
            var (kind, name) = About;
            var spelled = kind switch
            {
                _ when kind == PrivilegeKind.Schema || kind == PrivilegeKind.Database => SqlIdentifier.Quote(name),
                _ when kind == PrivilegeKind.Function || kind == PrivilegeKind.Procedure => RoutineNames.Quoted(name),
                _ => QualifiedName.Parse(name)!.Value.Quoted,
            };
            return $"{kind.Sql} {spelled}";
        }
    }

    public static GrantDefinition Of(PrivilegeKind kind, string about, string to) => new()
    {
        To = to,
        Table = kind == PrivilegeKind.Table ? about : null,
        Sequence = kind == PrivilegeKind.Sequence ? about : null,
        Schema = kind == PrivilegeKind.Schema ? about : null,
        Database = kind == PrivilegeKind.Database ? about : null,
        Function = kind == PrivilegeKind.Function ? about : null,
        Procedure = kind == PrivilegeKind.Procedure ? about : null,
        Type = kind == PrivilegeKind.Type ? about : null,
    };
}

internal sealed record ColumnRights : Rights
{
    public required string Name { get; init; }
}
