using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>
/// Constraints without a name of their own are called after their table and columns, and PostgreSQL leaves them their names when
/// those are renamed. One that differs in nothing else is given the name that it would have been made with.
/// </summary>
internal static class ConstraintNames
{
    /// <param name="actual">The table after it, or a column, was renamed.</param>
    public static FollowingNames? Following(TableDefinition actual, TableDefinition desired)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        Pair(ListOf(actual.PrimaryKey), ListOf(desired.PrimaryKey), key => key.Name, key => key with { Name = "" });
        Pair(actual.UniqueConstraints, desired.UniqueConstraints, key => key.Name, key => key with { Name = "" });
        Pair(actual.Checks, desired.Checks, check => check.Name, check => check with { Name = "" });
        Pair(actual.ForeignKeys, desired.ForeignKeys, key => key.Name, key => key with { Name = "" });
        Pair(actual.Exclusions, desired.Exclusions, exclusion => exclusion.Name, exclusion => exclusion with { Name = "" });
        if (names.Count == 0)
        {
            return null;
        }

        string Now(string name) => names.GetValueOrDefault(name, name);
        var renamed = actual with
        {
            PrimaryKey = actual.PrimaryKey is { } primary ? primary with { Name = Now(primary.Name) } : null,
            UniqueConstraints = [.. actual.UniqueConstraints.Select(key => key with { Name = Now(key.Name) })],
            Checks = [.. actual.Checks.Select(check => check with { Name = Now(check.Name) })],
            ForeignKeys = [.. actual.ForeignKeys.Select(key => key with { Name = Now(key.Name) })],
            Exclusions = [.. actual.Exclusions.Select(exclusion => exclusion with { Name = Now(exclusion.Name) })],
        };
        return new FollowingNames(
            DefinitionJson.Write(renamed),
            [.. names.Select(n => TableSql.RenameConstraint(actual, n.Key, n.Value))],
            [.. names.Reverse().Select(n => TableSql.RenameConstraint(actual, n.Value, n.Key))]);

        void Pair<T>(IReadOnlyList<T> found, IReadOnlyList<T> wanted, Func<T, string> nameOf, Func<T, T> nameless)
        {
            var free = wanted.Where(w => found.All(f => nameOf(f) != nameOf(w))).ToList();
            foreach (var old in found.Where(f => wanted.All(w => nameOf(w) != nameOf(f))))
            {
                if (free.Find(w => DefinitionJson.AreEqual(nameless(w), nameless(old))) is { } same)
                {
                    free.Remove(same);
                    names[nameOf(old)] = nameOf(same);
                }
            }
        }
    }

    private static KeyDefinition[] ListOf(KeyDefinition? key) => key is null ? [] : [key];
}
