using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Roles;

/// <summary>A role as the catalog reports it: with a login a user, without a group.</summary>
internal sealed record RoleDefinition : IObjectDefinition
{
    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Login { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Superuser { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Createdb { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Createrole { get; init; }

    /// <summary>false, or absent for PostgreSQL's default: it has the privileges of the roles that it is a member of.</summary>
    public bool? Inherit { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Replication { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BypassRls { get; init; }

    /// <summary>Absent for any number.</summary>
    public int? ConnectionLimit { get; init; }

    /// <summary>When its password ends, <c>2030-01-31T12:00:00Z</c>; absent for never.</summary>
    public string? ValidUntil { get; init; }

    /// <summary>By name.</summary>
    public IReadOnlyList<Membership> MemberOf { get; init => field = value ?? []; } = [];

    /// <summary>Settings of its sessions, by their names in lower case.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    /// <summary>The same for its sessions in one database, by database.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? SetInDatabase { get; init; }

    /// <summary>As a configuration says it; the catalog keeps it to itself.</summary>
    public string? Password { get; init; }

    public string? Comment { get; init; }

    [JsonIgnore]
    public string? Owner => null;

    [JsonIgnore]
    public SqlObject Sql => new("ROLE", SqlIdentifier.Quote(Name));
}

/// <summary>That a role belongs to another one.</summary>
internal sealed record Membership
{
    /// <summary>Of the other one.</summary>
    public required string Name { get; init; }

    /// <summary>It may take others into it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Admin { get; init; }

    /// <summary>Whether it has the other one's privileges without asking; absent where that is what the role itself does with memberships.</summary>
    public bool? Inherit { get; init; }

    /// <summary>false, or absent for PostgreSQL's default: it may become the other one with SET ROLE.</summary>
    public bool? Set { get; init; }
}
