using System.Text.Json.Serialization;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>What one role gets of everything that another one makes from now on.</summary>
internal sealed record DefaultPrivilegesDefinition : GrantedRights
{
    /// <summary>Who makes it.</summary>
    public required string ForRole { get; init; }

    /// <summary>Absent for all of them; what holds in one comes on top of that.</summary>
    public string? Schema { get; init; }

    /// <summary>A kind in the plural, <c>tables</c>.</summary>
    public required string On { get; init; }

    [JsonIgnore]
    public string Identity =>
        $"{GrantIdentity.Show(To)} on {On} of {GrantIdentity.Show(ForRole)}{(Schema is null ? "" : $" in {GrantIdentity.Show(Schema)}")}";

    /// <summary>What stands before GRANT and REVOKE.</summary>
    [JsonIgnore]
    public string Prefix =>
        $"ALTER DEFAULT PRIVILEGES FOR ROLE {SqlIdentifier.Quote(ForRole)} {(Schema is null ? "" : $"IN SCHEMA {SqlIdentifier.Quote(Schema)} ")}";
}
