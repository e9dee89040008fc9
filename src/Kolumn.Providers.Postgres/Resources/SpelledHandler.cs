using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>A handler of objects that only the server can spell: they are tried out in a scratch schema and read back.</summary>
internal abstract class SpelledHandler<T> : ObjectHandler<T>, INormalizingHandler<PostgresSession>, IIncompleteHandler<PostgresSession>, IRestoringHandler<PostgresSession>, IScratchMaker
    where T : class, IObjectDefinition
{
    /// <summary>Objects tried out together: few round trips, and no more locks at a time than a server with default settings has room for.</summary>
    private const int AtOnce = 250;

    /// <summary>The kind's type, as it is registered.</summary>
    protected abstract string Type { get; }

    public Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(PostgresSession session, CancellationToken cancellationToken) =>
        UnsupportedObjects.FindAsync(session, Type, cancellationToken);

    /// <summary>What may be granted on such objects; null for nothing.</summary>
    protected virtual PrivilegeKind? Privileges => null;

    /// <summary>Rights go with what is dropped, whether they are described or not.</summary>
    public virtual async Task<IReadOnlyList<IReadOnlyList<Statement>>> RestoreAsync(
        PostgresSession session, IReadOnlyList<(JsonObject Actual, JsonObject Desired)> replaced, CancellationToken cancellationToken) => Privileges is { } kind
            ? await GrantCatalog.RestoreAsync(session, kind, [.. replaced.Select(one => (IdentityOf(one.Actual), IdentityOf(one.Desired), ColumnsOf(one.Desired)))], cancellationToken)
            : [.. replaced.Select(_ => Array.Empty<Statement>())];

    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        PostgresSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        // 1. What the definitions need of the plan is made beside them: it may not exist yet, or not in this shape.
        var planned = await PlannedObjects.FindAsync(session, all, cancellationToken);

        // 2. What the attempt leaves out, or cannot say, comes from the definition itself.
        var outcomes = new List<Outcome>(definitions.Count);
        foreach (var some in definitions.Chunk(AtOnce))
        {
            outcomes.AddRange(await Scratch.TryAsync(session, [.. some.Select(InScratch)], planned, ReadScratchAsync, cancellationToken));
        }

        var spelled = definitions.Zip(outcomes, (asked, outcome) => outcome.Definition is { } read
            ? new NormalizedDefinition(DefinitionJson.Write(Complete(DefinitionJson.Read<T>(read), DefinitionJson.Read<T>(asked))), null)
            : new NormalizedDefinition(null, outcome.Refusal)).ToList();
        return await FinishAsync(session, spelled, all, cancellationToken);
    }

    public ScratchItem InScratch(JsonObject definition)
    {
        var wanted = ForScratch(DefinitionJson.Read<T>(definition));
        return new ScratchItem(
            new ObjectReference(Type, IdentityOf(definition)),
            LookupOf(IdentityOf(definition)) ?? throw new InvalidOperationException("A described object has a name."),
            [.. CreateInScratch(wanted), .. wanted.Comment is { } comment ? [wanted.Sql.Comment(comment)] : Array.Empty<Statement>()],
            [.. Requires(DefinitionJson.Write(wanted))])
        {
            Stages = [.. StagesOf(wanted)],
        };
    }

    /// <summary>The definition without what would make the attempt dear or refused although it is spelled as it is written.</summary>
    protected virtual T ForScratch(T definition) => definition;

    protected virtual IEnumerable<Statement> CreateInScratch(T definition) => Create(definition);

    /// <summary>What exists already and the object stands on, made where it is tried out.</summary>
    protected virtual IEnumerable<ScratchItem> StagesOf(T definition) => [];

    /// <param name="spelled">As read back.</param>
    /// <param name="asked">As described.</param>
    protected abstract T Complete(T spelled, T asked);

    protected static HashSet<string> ColumnsOf(JsonObject definition) =>
        (definition["columns"] as JsonArray ?? []).OfType<JsonObject>().Select(column => (string)column["name"]!).ToHashSet(StringComparer.Ordinal);

    /// <summary>What takes another look at the database.</summary>
    protected virtual Task<IReadOnlyList<NormalizedDefinition>> FinishAsync(
        PostgresSession session, IReadOnlyList<NormalizedDefinition> spelled, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken) =>
        Task.FromResult(spelled);

    private async Task<IReadOnlyDictionary<string, JsonObject>> ReadScratchAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName> lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var definition in (await ReadAsync(session, lookups, names, cancellationToken)).Select(DefinitionJson.Write))
        {
            found.TryAdd(IdentityOf(definition), definition);
        }

        return found;
    }
}
