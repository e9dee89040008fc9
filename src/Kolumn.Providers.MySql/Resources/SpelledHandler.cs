using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>A handler of objects that only the server can spell: they are tried out in a scratch database and read back.</summary>
internal abstract class SpelledHandler<T> : ObjectHandler<T>, INormalizingHandler<MySqlSession>, IScratchMaker
    where T : class
{
    /// <summary>The kind's type, as it is registered.</summary>
    protected abstract string Type { get; }

    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        MySqlSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        // 1. What the definitions leave to the database stays as it is, and has a say in how the rest is spelled.
        var actual = (await ReadAsync(session, [.. definitions.Select(IdentityOf)], cancellationToken)).ToDictionary(IdentityOf, StringComparer.Ordinal);
        var completed = definitions.Select(definition => Completed(definition, actual.GetValueOrDefault(IdentityOf(definition)))).ToList();

        // 2. Tried out, with what they need of the plan beside them.
        var scratch = new Scratch(session, all);
        var outcomes = await scratch.TryAsync(this, Type, completed, cancellationToken);
        return
        [
            .. outcomes.Zip(completed, (outcome, asked) => outcome.Definition is { } spelled
                ? outcome with { Definition = Format.Write(Complete(Format.Read<T>(spelled), Format.Read<T>(asked))) }
                : outcome),
        ];
    }

    public abstract IReadOnlyList<Statement> CreateInScratch(JsonObject definition, string database, Func<MySqlName, string?> databaseOf);

    public async Task<IReadOnlyList<JsonObject>> ReadScratchAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName> lookups, SchemaNames names, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(session, lookups, names, cancellationToken)).Select(Format.Write)];

    /// <param name="spelled">As read back.</param>
    /// <param name="asked">As described.</param>
    protected virtual T Complete(T spelled, T asked) => spelled;

    private JsonObject Completed(JsonObject definition, JsonObject? actual)
    {
        if (actual is null || this is not IKeepingHandler keeping)
        {
            return definition;
        }

        var completed = (JsonObject)definition.DeepClone();
        foreach (var kept in keeping.KeptBy(definition).Where(member => definition[member] is null))
        {
            completed[kept] = actual[kept]?.DeepClone();
        }

        return completed;
    }
}

/// <summary>A handler whose objects can be made in a scratch database, to be spelled or because something else needs them there.</summary>
internal interface IScratchMaker
{
    string IdentityOf(JsonObject definition);

    IEnumerable<ObjectReference> Requires(JsonObject definition);

    /// <param name="database">Where to make it.</param>
    /// <param name="databaseOf">Where another object that is tried out is made; null for what is not.</param>
    IReadOnlyList<Statement> CreateInScratch(JsonObject definition, string database, Func<MySqlName, string?> databaseOf);

    /// <param name="names">The real names in place of the scratch ones.</param>
    Task<IReadOnlyList<JsonObject>> ReadScratchAsync(MySqlSession session, IReadOnlyCollection<MySqlName> lookups, SchemaNames names, CancellationToken cancellationToken);
}
