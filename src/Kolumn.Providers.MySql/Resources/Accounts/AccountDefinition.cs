using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Accounts;

/// <summary>A user or a role as the catalog reports it.</summary>
internal sealed record AccountDefinition
{
    public required string Name { get; init; }

    /// <summary>From where a user may log in; absent for anywhere, and for a role.</summary>
    public string? Host { get; init; }

    /// <summary>In a description only.</summary>
    public string? Password { get; init; }

    /// <summary>How a user proves who it is; absent in a description that leaves it to the server.</summary>
    public string? Plugin { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Locked { get; init; }

    /// <summary><c>ssl</c>, <c>x509</c> or <c>specified</c>, which the three that follow do; absent for none.</summary>
    public string? Require { get; init; }

    public string? RequireSubject { get; init; }

    public string? RequireIssuer { get; init; }

    public string? RequireCipher { get; init; }

    /// <summary>Absent for no limit, as are the three that follow.</summary>
    public long? MaxQueriesPerHour { get; init; }

    public long? MaxUpdatesPerHour { get; init; }

    public long? MaxConnectionsPerHour { get; init; }

    public long? MaxUserConnections { get; init; }

    /// <summary>The role that is on when a user logs in.</summary>
    public string? DefaultRole { get; init; }

    public IReadOnlyList<Membership> MemberOf { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public (string?, string?, string?, string?) Tls => (Require, RequireSubject, RequireIssuer, RequireCipher);

    [JsonIgnore]
    public IReadOnlyList<(string Option, long Limit)> Limits =>
    [
        ("MAX_QUERIES_PER_HOUR", MaxQueriesPerHour ?? 0), ("MAX_UPDATES_PER_HOUR", MaxUpdatesPerHour ?? 0),
        ("MAX_CONNECTIONS_PER_HOUR", MaxConnectionsPerHour ?? 0), ("MAX_USER_CONNECTIONS", MaxUserConnections ?? 0),
    ];

    public MySqlAccount Account(bool isRole) => new(Name, isRole ? null : Host ?? MySqlAccount.AnyHost);
}

/// <summary>That an account has a role.</summary>
internal sealed record Membership
{
    /// <summary>The role's.</summary>
    public required string Name { get; init; }

    /// <summary>It may pass the role on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Admin { get; init; }
}
