using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>
/// Indexes of tables in use: PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently". Every statement leaves, wherever it
/// is interrupted, something that the next plan finds under the index's own name: an invalid index, or one beside it that
/// is its successor or predecessor (<see cref="IndexDefinition.Leftovers"/>).
/// </summary>
internal static class IndexOnline
{
    public static IReadOnlyList<Statement> Create(IndexDefinition index) => [IndexSql.CreateConcurrently(index), .. Comment(index)];

    /// <returns>null when the plain way keeps nobody waiting.</returns>
    public static IReadOnlyList<Statement>? Alter(IndexDefinition actual, IndexDefinition desired)
    {
        // 1. What an interrupted replacement left.
        var drops = actual.Leftovers.Select(name => IndexSql.DropConcurrently(actual with { Name = name }));

        // 2. An unfinished index is of no use to anybody: it is built again.
        if (actual.Invalid)
        {
            return [.. drops, IndexSql.DropConcurrently(actual), .. Create(desired)];
        }

        if (DefinitionJson.AreEqual(actual with { Leftovers = [], Comment = desired.Comment }, desired))
        {
            return actual.Leftovers.Count > 0 ? [.. drops, .. actual.Comment == desired.Comment ? [] : Comment(desired)] : null;
        }

        // 3. Another definition: there is an index at any moment, and never none of the name.
        var (successor, predecessor) = (desired with { Name = ObjectNames.Successor(desired.Name) }, actual with { Name = ObjectNames.Predecessor(actual.Name) });
        return
        [
            .. drops,
            IndexSql.CreateConcurrently(successor),
            IndexSql.Rename(actual, predecessor.Name),
            IndexSql.Rename(successor, desired.Name),
            .. Comment(desired),
            IndexSql.DropConcurrently(predecessor),
        ];
    }

    private static IEnumerable<Statement> Comment(IndexDefinition index) =>
        index.Comment is null ? [] : [index.Sql.Comment(index.Comment) with { Place = StatementPlace.AfterCommit }];
}
