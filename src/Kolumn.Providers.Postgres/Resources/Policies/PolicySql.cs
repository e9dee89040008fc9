using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Policies;

/// <summary>Policies as SQL: PostgreSQL manual, CREATE POLICY and ALTER POLICY.</summary>
internal static class PolicySql
{
    public static Statement Create(PolicyDefinition policy) => new(string.Join(' ',
    [
        $"CREATE POLICY {policy.Sql.Name}",
        .. policy.Restrictive ? ["AS RESTRICTIVE"] : Array.Empty<string>(),
        .. policy.Command is { } command ? [$"FOR {command.ToUpperInvariant()}"] : Array.Empty<string>(),
        .. policy.Roles.Count > 0 ? [Roles(policy)] : Array.Empty<string>(),
        .. Conditions(policy.Using, policy.Check),
    ]))
    {
        Locks = [TableLock.AccessExclusive.On(policy.Relation)],
    };

    /// <returns>null when a condition goes, or what else ALTER POLICY does not know.</returns>
    public static Statement[]? Changes(PolicyDefinition actual, PolicyDefinition desired)
    {
        if (actual.Command != desired.Command || actual.Restrictive != desired.Restrictive
            || (actual.Using is not null && desired.Using is null) || (actual.Check is not null && desired.Check is null))
        {
            return null;
        }

        string[] parts =
        [
            .. actual.Roles.SequenceEqual(desired.Roles) ? [] : new[] { Roles(desired) },
            .. Conditions(actual.Using == desired.Using ? null : desired.Using, actual.Check == desired.Check ? null : desired.Check),
        ];
        return parts.Length == 0 ? [] : [new Statement($"ALTER POLICY {desired.Sql.Name} {string.Join(' ', parts)}") { Locks = [TableLock.AccessExclusive.On(desired.Relation)] }];
    }

    private static string Roles(PolicyDefinition policy) => $"TO {(policy.Roles.Count == 0 ? "PUBLIC" : SqlIdentifier.QuoteAll(policy.Roles))}";

    private static IEnumerable<string> Conditions(string? seen, string? written) =>
    [
        .. seen is null ? [] : new[] { $"USING ({seen})" },
        .. written is null ? [] : new[] { $"WITH CHECK ({written})" },
    ];
}
