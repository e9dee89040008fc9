using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Privileges;

/// <summary>All that one account may do with one object, or everywhere. Exactly one of the kinds says with what.</summary>
internal sealed record GrantDefinition
{
    public const string Server = "server";
    public const string Everything = "*";
    public const string All = "all";

    /// <summary>A user, <c>app@localhost</c>, or a role.</summary>
    public required string To { get; init; }

    /// <summary>Everywhere: true, or absent.</summary>
    public bool? Global { get; init; }

    /// <summary>A database.</summary>
    public string? Schema { get; init; }

    /// <summary>Databases whose names match: <c>shop\_%</c>.</summary>
    public string? Pattern { get; init; }

    /// <summary>The identity of a table, view or sequence.</summary>
    public string? Table { get; init; }

    public string? Function { get; init; }

    public string? Procedure { get; init; }

    /// <summary>Sorted words, <c>select</c>; in a description only, <see cref="All"/> alone.</summary>
    public IReadOnlyList<string> Privileges { get; init => field = value ?? []; } = [];

    /// <summary>It may pass on what it has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithGrantOption { get; init; }

    /// <summary>What it may do with single columns of a table, by name.</summary>
    public IReadOnlyList<ColumnRights> Columns { get; init => field = value ?? []; } = [];

    /// <summary>The sort of object, and which one.</summary>
    [JsonIgnore]
    public (string Kind, string Name) About => this switch
    {
        { Schema: { } schema } => ("schema", schema),
        { Pattern: { } pattern } => ("pattern", pattern),
        { Table: { } table } => ("table", table),
        { Function: { } function } => ("function", function),
        { Procedure: { } procedure } => ("procedure", procedure),
        _ => (Server, Everything),
    };

    /// <summary>As GRANT names it. A database's name is a pattern there.</summary>
    [JsonIgnore]
    public string Target => About switch
    {
        ("schema", var name) => $"{MySqlName.Quote(Escape(name))}.*",
        ("pattern", var pattern) => $"{MySqlName.Quote(pattern)}.*",
        ("table", var table) => MySqlName.Parse(table)!.Value.Quoted,
        (Server, _) => "*.*",
        var (kind, name) => $"{kind.ToUpperInvariant()} {MySqlName.Parse(name)!.Value.Quoted}",
    };

    [JsonIgnore]
    public string Identity => GrantIdentity.Of(About.Kind, About.Name, To);

    /// <summary>The pattern that nothing but the name matches.</summary>
    public static string Escape(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal);

    /// <summary>The only name that a pattern matches; null when there are several.</summary>
    public static string? NameOf(string pattern)
    {
        var name = pattern.Replace("\\_", "_", StringComparison.Ordinal).Replace("\\%", "%", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return Escape(name) == pattern ? name : null;
    }
}

internal sealed record ColumnRights
{
    public required string Name { get; init; }

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> Privileges { get; init => field = value ?? []; } = [];
}
