using System.Text.Json.Nodes;
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

    /// <summary>Tries out all items, in groups.</summary>
    /// <param name="planned">Makes what an item needs and is no item itself.</param>
    /// <param name="read">Reads what is called so, by identity.</param>
    /// <returns>One for each item, in their order.</returns>
    public static async Task<IReadOnlyList<Outcome>> TryAsync(
        PostgresSession session,
        IReadOnlyList<ScratchItem> items,
        PlannedObjects planned,
        Func<PostgresSession, IReadOnlyCollection<QualifiedName>, SchemaNames, CancellationToken, Task<IReadOnlyDictionary<string, JsonObject>>> read,
        CancellationToken cancellationToken)
    {
        var outcomes = new List<Outcome>();
        foreach (var group in items.Chunk(ObjectsAtATime))
        {
            // 1.
            var ordered = InOrder(group, planned);
            await session.ExecuteAsync([new Statement("SAVEPOINT kolumn_scratch")], cancellationToken);
            var scratch = await PrepareAsync(session, [.. ordered.Select(item => item.Name)], planned.First, cancellationToken);

            // 2.
            var refusals = await scratch.CreateAsync(ordered, cancellationToken);

            // 3.
            var wanted = group.Where(item => !refusals.ContainsKey(item.Object))
                .Select(item => item.Name with { Schema = scratch._scratchNames[item.Name.Schema] }).Distinct().ToList();
            var found = wanted.Count == 0 ? new Dictionary<string, JsonObject>() : await read(session, wanted, scratch._names, cancellationToken);

            // 4.
            await session.ExecuteAsync([new Statement("ROLLBACK TO SAVEPOINT kolumn_scratch"), new Statement("RELEASE SAVEPOINT kolumn_scratch")], cancellationToken);
            outcomes.AddRange(group.Select(item => new Outcome(found.GetValueOrDefault(item.Object.Identity), refusals.GetValueOrDefault(item.Object))));
        }

        return outcomes;
    }

    /// <summary>The items and what they need, each after what it needs itself. Walked with a stack of its own: chains may be long.</summary>
    private static List<ScratchItem> InOrder(ScratchItem[] group, PlannedObjects planned)
    {
        var items = group.DistinctBy(item => item.Object).ToDictionary(item => item.Object);
        var (ordered, seen) = (new List<ScratchItem>(), new HashSet<ObjectReference>());
        var walk = new Stack<(ScratchItem Item, bool NeedsDone)>(items.Values.Reverse().Select(item => (item, false)));
        while (walk.TryPop(out var step))
        {
            if (step.NeedsDone)
            {
                ordered.Add(step.Item);
            }
            else if (seen.Add(step.Item.Object))
            {
                walk.Push((step.Item, true));
                var needs = step.Item.Needs.SelectMany(need => items.TryGetValue(need, out var item) ? [item] : planned.Making(need)).ToList();
                needs.AddRange(step.Item.Stages.Where(stage => !needs.Exists(need => need.Name == stage.Name)).ToList());

                foreach (var need in needs)
                {
                    walk.Push((need, false));
                }
            }
        }

        return ordered;
    }

    private static async Task<Scratch> PrepareAsync(
        PostgresSession session, HashSet<QualifiedName> objects, IReadOnlyList<Statement> first, CancellationToken cancellationToken)
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

        await TryFirstAsync(session, first, cancellationToken);
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

        // The body of a function is looked at when it is made in earnest, when everything that it may call is there.
        statements.Add(new Statement("SELECT set_config('check_function_bodies', 'off', true)"));
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

    /// <summary>What is refused here is missing there, and whoever misses it is told.</summary>
    private static async Task TryFirstAsync(PostgresSession session, IReadOnlyList<Statement> first, CancellationToken cancellationToken)
    {
        if (first.Count == 0)
        {
            return;
        }

        await session.ExecuteAsync([new Statement("SAVEPOINT kolumn_scratch_first")], cancellationToken);
        try
        {
            await session.ExecuteAsync(first, cancellationToken);
        }
        catch (StatementFailedException refused) when (IsAboutTheStatement(refused.Diagnostic))
        {
            await session.ExecuteAsync([new Statement("ROLLBACK TO SAVEPOINT kolumn_scratch_first")], cancellationToken);
        }
    }

    /// <returns>Why those that were refused were.</returns>
    private async Task<Dictionary<ObjectReference, Diagnostic>> CreateAsync(List<ScratchItem> items, CancellationToken cancellationToken)
    {
        var refusals = new Dictionary<ObjectReference, Diagnostic>();
        var statements = items.ToDictionary(item => item.Object, StatementsOf);
        try
        {
            await _session.ExecuteAsync(
                [new Statement("SAVEPOINT kolumn_scratch_all"), .. items.SelectMany(item => statements[item.Object]), new Statement("RELEASE SAVEPOINT kolumn_scratch_all")],
                cancellationToken);
            return refusals;
        }
        catch (StatementFailedException refused) when (IsAboutTheStatement(refused.Diagnostic))
        {
            await _session.ExecuteAsync([new Statement("ROLLBACK TO SAVEPOINT kolumn_scratch_all")], cancellationToken);
        }

        // What was refused for want of something refused before it, or ordered after it, gets another chance as long as there is progress.
        for (var (left, progress) = (items, true); left.Count > 0 && progress; left = left.FindAll(item => refusals.ContainsKey(item.Object)))
        {
            progress = false;
            foreach (var item in left)
            {
                var refusal = await TryOneAsync(statements[item.Object], cancellationToken);
                progress |= refusal is null;
                if (refusal is null)
                {
                    refusals.Remove(item.Object);
                }
                else
                {
                    refusals[item.Object] = refusal;
                }
            }
        }

        return refusals;
    }

    private async Task<Diagnostic?> TryOneAsync(List<Statement> statements, CancellationToken cancellationToken)
    {
        try
        {
            await _session.ExecuteAsync(
                [new Statement("SAVEPOINT kolumn_scratch_one"), .. statements, new Statement("RELEASE SAVEPOINT kolumn_scratch_one")], cancellationToken);
            return null;
        }
        catch (StatementFailedException refused) when (IsAboutTheStatement(refused.Diagnostic))
        {
            await _session.ExecuteAsync([new Statement("ROLLBACK TO SAVEPOINT kolumn_scratch_one")], cancellationToken);
            return refused.Diagnostic with { Summary = _names.Sql(refused.Diagnostic.Summary)!, Detail = _names.Sql(refused.Diagnostic.Detail) };
        }
    }

    private List<Statement> StatementsOf(ScratchItem item) => item.Copy is { } copy
        ? [copy(item.Name with { Schema = _scratchNames[item.Name.Schema] })]
        : [.. item.Create.Select(statement => statement with { Text = SqlRenaming.Move(statement.Text, SchemaOf) })];

    private string? SchemaOf(QualifiedName real) => _objects.Contains(real) ? _scratchNames[real.Schema] : null;

    // After a lost connection, a full lock table or a cancel there is nothing left to try out.
    private static bool IsAboutTheStatement(Diagnostic diagnostic) =>
        diagnostic.Code != DiagnosticCodes.Connection && !diagnostic.Retryable && diagnostic.EngineCode != "53200";
}

/// <summary>Something to try out.</summary>
/// <param name="Object">What it is.</param>
/// <param name="Name">Under which schema and name the catalog queries find it.</param>
/// <param name="Create">The statements that make it, with real names; those of what is tried out too are moved.</param>
/// <param name="Needs">What should be there before it, as far as it is tried out or planned.</param>
internal sealed record ScratchItem(ObjectReference Object, QualifiedName Name, IReadOnlyList<Statement> Create, IReadOnlyCollection<ObjectReference> Needs)
{
    /// <summary>What exists and it stands on, unless one of <see cref="Needs"/> brings it.</summary>
    public IReadOnlyList<ScratchItem> Stages { get; init; } = [];

    /// <summary>Instead of <see cref="Create"/>: makes a copy of what exists under the name given.</summary>
    public Func<QualifiedName, Statement>? Copy { get; init; }
}

/// <param name="Definition">As the server spells it; null when it refused.</param>
internal sealed record Outcome(JsonObject? Definition, Diagnostic? Refusal);
