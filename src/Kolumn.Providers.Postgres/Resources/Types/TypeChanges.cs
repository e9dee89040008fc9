using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Types;

/// <summary>What turns one type into another of the same kind: PostgreSQL manual, ALTER TYPE and ALTER DOMAIN.</summary>
internal static class TypeChanges
{
    /// <returns>null when PostgreSQL knows no way but to make the type again.</returns>
    public static IEnumerable<Statement>? Between(TypeDefinition actual, TypeDefinition desired) => (actual.Kind, desired.Kind) switch
    {
        (TypeKind.Enum, TypeKind.Enum) => OfEnum(actual, desired),
        (TypeKind.Composite, TypeKind.Composite) => OfComposite(actual, desired),
        (TypeKind.Domain, TypeKind.Domain) when actual.Base == desired.Base && actual.Collation == desired.Collation => OfDomain(actual, desired),
        _ => null,
    };

    /// <summary>
    /// Values are renamed, then those that are missing put where they belong. A value can neither go nor move: then only another
    /// type will do.
    /// </summary>
    private static List<Statement>? OfEnum(TypeDefinition actual, TypeDefinition desired)
    {
        var (values, statements) = (actual.Values.ToList(), new List<Statement>());
        foreach (var (now, old) in desired.RenamedValues ?? new Dictionary<string, string>())
        {
            if (values.IndexOf(old) is >= 0 and var place && !values.Contains(now))
            {
                values[place] = now;
                statements.Add(new Statement($"ALTER TYPE {desired.Sql.Name} RENAME VALUE {SqlLiteral.Quote(old)} TO {SqlLiteral.Quote(now)}"));
            }
        }

        if (!values.SequenceEqual(desired.Values.Where(values.Contains)))
        {
            return null;
        }

        for (var at = 0; at < desired.Values.Count; at++)
        {
            if (at < values.Count && values[at] == desired.Values[at])
            {
                continue;
            }

            var place = at < values.Count ? $" BEFORE {SqlLiteral.Quote(values[at])}" : at > 0 ? $" AFTER {SqlLiteral.Quote(values[at - 1])}" : "";
            statements.Add(new Statement($"ALTER TYPE {desired.Sql.Name} ADD VALUE {SqlLiteral.Quote(desired.Values[at])}{place}")
            {
                UsableAfterCommit = SqlLiteral.Quote(desired.Values[at]),
            });
            values.Insert(at, desired.Values[at]);
        }

        return statements;
    }

    private static List<Statement> OfComposite(TypeDefinition actual, TypeDefinition desired)
    {
        var (parts, hazards) = (new List<string>(), new List<Hazard>());
        var (existing, wanted) = (actual.Attributes.ToDictionary(a => a.Name), desired.Attributes.ToDictionary(a => a.Name));
        foreach (var gone in actual.Attributes.Where(attribute => !wanted.ContainsKey(attribute.Name)))
        {
            parts.Add($"DROP ATTRIBUTE {SqlIdentifier.Quote(gone.Name)}");
            hazards.Add(new Hazard(HazardNames.DataLoss, $"Every value of {desired.Identity}.{gone.Name} is lost, wherever the type is used."));
        }

        foreach (var attribute in desired.Attributes)
        {
            if (!existing.TryGetValue(attribute.Name, out var old))
            {
                parts.Add($"ADD ATTRIBUTE {TypeSql.Attribute(attribute)}");
            }
            else if (old != attribute)
            {
                parts.Add($"ALTER ATTRIBUTE {SqlIdentifier.Quote(attribute.Name)} TYPE {TypeSql.TypeOf(attribute)}");
            }
        }

        return parts.Count == 0 ? [] : [new Statement($"ALTER TYPE {desired.Sql.Name} {string.Join(", ", parts)}") { Hazards = hazards }];
    }

    private static List<Statement> OfDomain(TypeDefinition actual, TypeDefinition desired)
    {
        var statements = new List<Statement>();
        var wanted = desired.Checks.ToDictionary(check => check.Name);
        var existing = actual.Checks.ToDictionary(check => check.Name);
        foreach (var gone in actual.Checks.Where(check => !wanted.TryGetValue(check.Name, out var now) || now.Expression != check.Expression))
        {
            Alter($"DROP CONSTRAINT {SqlIdentifier.Quote(gone.Name)}");
        }

        if (actual.Default != desired.Default)
        {
            Alter(desired.Default is { } expression ? $"SET DEFAULT {expression}" : "DROP DEFAULT");
        }

        if (actual.Nullable != desired.Nullable)
        {
            Alter(desired.Nullable == false ? "SET NOT NULL" : "DROP NOT NULL", desired.Nullable == false ? "no NULL" : null);
        }

        foreach (var check in desired.Checks)
        {
            var old = existing.GetValueOrDefault(check.Name);
            if (old?.Expression != check.Expression)
            {
                Alter($"ADD {TableSql.Check(check)}", check.Name);
            }
            else if (old.NotValid && !check.NotValid)
            {
                Alter($"VALIDATE CONSTRAINT {SqlIdentifier.Quote(check.Name)}", check.Name);
            }
        }

        return statements;

        void Alter(string change, string? scansFor = null) => statements.Add(new Statement($"ALTER DOMAIN {desired.Sql.Name} {change}")
        {
            Hazards = scansFor is null ? [] : [new Hazard(HazardNames.LongLock, $"Every table with a column of {desired.Identity} is locked while its rows are checked for {scansFor}.")],
        });
    }
}
