using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// Objects tried out where nobody sees them, to learn how the server spells them:
/// <list type="number">
/// <item>a savepoint, and in it one scratch schema for each real one, found before it in the search path;</item>
/// <item>all objects are created there in one go; when the server refuses, they are created again one by one, each in its own
/// savepoint, so that a bad one spoils no other;</item>
/// <item>the catalog is read, with the real names in place of the scratch ones;</item>
/// <item>the savepoint is rolled back: nothing remains, and no lock on anything real was taken but to read it.</item>
/// </list>
/// </summary>
internal sealed class Scratch
{
    /// <summary>As many objects are tried out at a time: each takes locks that only the rollback gives back.</summary>
    private const int ObjectsAtATime = 500;

    private readonly PostgresSession _session;
    private readonly Dictionary<string, string> _scratchNames;
    private readonly SchemaNames _names;
    private readonly HashSet<QualifiedName> _objects;

    private Scratch(PostgresSession session, Dictionary<string, string> scratchNames, SchemaNames names, HashSet<QualifiedName> objects)
    {
        _session = session;
        _scratchNames = scratchNames;
        _names = names;
        _objects = objects;
    }

    /// <summary>What the objects are to be called: in <paramref name="real"/>'s scratch schema, or where they are when it has none.</summary>
    public QualifiedName NameOf(QualifiedName real) => real with { Schema = SchemaOf(real.Schema) };

    /// <summary>Whether the object is tried out too, so that its scratch name is the one to refer to.</summary>
    public bool Holds(QualifiedName real) => _objects.Contains(real);

    public string SchemaOf(string real) => _scratchNames.GetValueOrDefault(real, real);

    /// <summary>Tries out all items, in groups.</summary>
    /// <param name="supportOf">How to make what an item needs and is no item itself; null when it exists already or nobody knows it.</param>
    /// <param name="read">Reads what is called so, in any order.</param>
    /// <returns>One for each item, in their order.</returns>
    public static async Task<IReadOnlyList<Outcome<T>>> TryAsync<T>(
        PostgresSession session,
        IReadOnlyList<ScratchItem> items,
        Func<QualifiedName, ScratchItem?> supportOf,
        Func<IReadOnlyCollection<string>, SchemaNames, CancellationToken, Task<IReadOnlyList<T>>> read,
        Func<T, QualifiedName> identityOf,
        CancellationToken cancellationToken)
        where T : class
    {
        var outcomes = new List<Outcome<T>>();
        foreach (var group in items.Chunk(ObjectsAtATime))
        {
            // 1.
            var ordered = InOrder(group, supportOf);
            await session.ExecuteAsync([new Statement("SAVEPOINT kolumn_scratch")], cancellationToken);
            var scratch = await PrepareAsync(session, [.. ordered.Select(item => item.Identity)], cancellationToken);

            // 2.
            var refusals = await scratch.CreateAsync(ordered, cancellationToken);

            // 3.
            var wanted = group.Where(item => !refusals.ContainsKey(item.Identity)).Select(item => scratch.NameOf(item.Identity).ToString()).ToList();
            var found = wanted.Count == 0 ? [] : await read(wanted, scratch._names, cancellationToken);
            var byName = found.ToDictionary(identityOf);

            // 4.
            await session.ExecuteAsync([new Statement("ROLLBACK TO SAVEPOINT kolumn_scratch"), new Statement("RELEASE SAVEPOINT kolumn_scratch")], cancellationToken);
            outcomes.AddRange(group.Select(item => new Outcome<T>(byName.GetValueOrDefault(item.Identity), refusals.GetValueOrDefault(item.Identity))));
        }

        return outcomes;
    }

    /// <summary>The items and what they need, each after what it needs itself. Walked with a stack of its own: chains may be long.</summary>
    private static List<ScratchItem> InOrder(ScratchItem[] group, Func<QualifiedName, ScratchItem?> supportOf)
    {
        var items = group.DistinctBy(item => item.Identity).ToDictionary(item => item.Identity);
        var (ordered, seen) = (new List<ScratchItem>(), new HashSet<QualifiedName>());
        var walk = new Stack<(ScratchItem Item, bool NeedsDone)>(items.Values.Reverse().Select(item => (item, false)));
        while (walk.TryPop(out var step))
        {
            if (step.NeedsDone)
            {
                ordered.Add(step.Item);
            }
            else if (seen.Add(step.Item.Identity))
            {
                walk.Push((step.Item, true));
                foreach (var need in step.Item.Needs.Select(name => items.GetValueOrDefault(name) ?? supportOf(name)).OfType<ScratchItem>())
                {
                    walk.Push((need, false));
                }
            }
        }

        return ordered;
    }

    private static async Task<Scratch> PrepareAsync(PostgresSession session, HashSet<QualifiedName> objects, CancellationToken cancellationToken)
    {
        var token = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));
        var scratchNames = objects.Select(name => name.Schema).Distinct(StringComparer.Ordinal)
            .Select((schema, at) => (schema, scratch: $"kolumn_scratch_{token}_{at}"))
            .ToDictionary(pair => pair.schema, pair => pair.scratch, StringComparer.Ordinal);

        // Names inside expressions come quoted where they need it, and only the server knows its keywords.
        var quoted = new Dictionary<string, string>(StringComparer.Ordinal);
        await session.ReadAsync(
            [new CatalogQuery(
                new Statement("SELECT s, quote_ident(s) FROM unnest($1::text[]) AS s") { Parameters = [scratchNames.Keys.ToArray()] },
                row => quoted.Add(row.GetString(0), row.GetString(1)))],
            cancellationToken);

        var statements = scratchNames.Values.Select(scratch => new Statement($"CREATE SCHEMA {scratch}")).ToList();

        // A name that a query leaves unqualified means the object being tried out before the one that exists.
        statements.Add(new Statement(
            """
            SELECT set_config('search_path', string_agg(
                CASE WHEN w.scratch IS NULL THEN quote_ident(p.schema) ELSE w.scratch || ', ' || quote_ident(p.schema) END, ', ' ORDER BY p.place), true)
            FROM unnest(current_schemas(false)) WITH ORDINALITY AS p (schema, place)
            LEFT JOIN unnest($1::text[], $2::text[]) AS w (schema, scratch) ON w.schema = p.schema
            HAVING count(*) > 0
            """)
        {
            Parameters = [scratchNames.Keys.ToArray(), scratchNames.Values.ToArray()],
        });
        try
        {
            await session.ExecuteAsync(statements, cancellationToken);
        }
        catch (StatementFailedException refused) when (refused.Diagnostic.Code == DiagnosticCodes.Permission)
        {
            throw new ProviderException(
                refused.Diagnostic with
                {
                    Detail = "To compare what you wrote with what exists, the server is asked how it spells it: in a temporary schema inside a transaction that is rolled back. Grant the role CREATE on the database.",
                },
                refused);
        }

        var names = new SchemaNames(scratchNames.ToDictionary(pair => pair.Value, pair => (pair.Key, quoted[pair.Key]), StringComparer.Ordinal));
        return new Scratch(session, scratchNames, names, objects);
    }

    /// <returns>Why those that were refused were.</returns>
    private async Task<Dictionary<QualifiedName, Diagnostic>> CreateAsync(List<ScratchItem> items, CancellationToken cancellationToken)
    {
        var refusals = new Dictionary<QualifiedName, Diagnostic>();
        var statements = items.ConvertAll(item => item.Create(this));
        try
        {
            await _session.ExecuteAsync(
                [new Statement("SAVEPOINT kolumn_scratch_all"), .. statements.SelectMany(list => list), new Statement("RELEASE SAVEPOINT kolumn_scratch_all")],
                cancellationToken);
            return refusals;
        }
        catch (StatementFailedException refused) when (IsAboutTheStatement(refused.Diagnostic))
        {
            await _session.ExecuteAsync([new Statement("ROLLBACK TO SAVEPOINT kolumn_scratch_all")], cancellationToken);
        }

        for (var at = 0; at < items.Count; at++)
        {
            try
            {
                await _session.ExecuteAsync(
                    [new Statement("SAVEPOINT kolumn_scratch_one"), .. statements[at], new Statement("RELEASE SAVEPOINT kolumn_scratch_one")], cancellationToken);
            }
            catch (StatementFailedException refused) when (IsAboutTheStatement(refused.Diagnostic))
            {
                refusals[items[at].Identity] = refused.Diagnostic with
                {
                    Summary = _names.Sql(refused.Diagnostic.Summary)!,
                    Detail = _names.Sql(refused.Diagnostic.Detail),
                };
                await _session.ExecuteAsync([new Statement("ROLLBACK TO SAVEPOINT kolumn_scratch_one")], cancellationToken);
            }
        }

        return refusals;
    }

    // After a lost connection, a full lock table or a cancel there is nothing left to try out.
    private static bool IsAboutTheStatement(Diagnostic diagnostic) =>
        diagnostic.Code != DiagnosticCodes.Connection && !diagnostic.Retryable && diagnostic.EngineCode != "53200";
}

/// <summary>Something to try out.</summary>
/// <param name="Identity">Its real name.</param>
/// <param name="Create">The statements that make it, with names of <see cref="Scratch.NameOf"/>.</param>
/// <param name="Needs">What should be there before it, by real names.</param>
internal sealed record ScratchItem(QualifiedName Identity, Func<Scratch, IReadOnlyList<Statement>> Create, IReadOnlyCollection<QualifiedName> Needs);

/// <param name="Definition">As the server spells it; null when it refused.</param>
internal sealed record Outcome<T>(T? Definition, Diagnostic? Refusal)
    where T : class;
