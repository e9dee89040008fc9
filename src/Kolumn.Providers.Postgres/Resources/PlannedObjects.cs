using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Extensions;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>A handler whose objects can be made in a scratch schema, to be spelled or because something else needs them there.</summary>
internal interface IScratchMaker
{
    ScratchItem InScratch(JsonObject definition);
}

/// <summary>
/// The objects of a plan by what others call them, for those that need them where they are tried out. What exists exactly as
/// it is planned is left where it is: a copy of a type would be another type.
/// </summary>
internal sealed class PlannedObjects
{
    private readonly Dictionary<ObjectReference, List<(IScratchMaker Maker, JsonObject Definition)>> _objects = [];

    private PlannedObjects(IReadOnlyList<Statement> first) => First = first;

    /// <summary>Statements ahead of everything: extensions that the plan brings.</summary>
    public IReadOnlyList<Statement> First { get; }

    /// <param name="all">Definitions by type.</param>
    public static async Task<PlannedObjects> FindAsync(
        PostgresSession session, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        var planned = new PlannedObjects(await MissingExtensionsAsync(session, all, cancellationToken));
        foreach (var (type, handler) in ResourceKinds.All)
        {
            if (handler is not IScratchMaker maker || !all.TryGetValue(type, out var definitions))
            {
                continue;
            }

            var existing = handler is IReusedInScratch ? await ExistingAsync(session, handler, definitions, cancellationToken) : [];
            foreach (var definition in definitions)
            {
                var identity = handler.IdentityOf(definition);
                if (existing.TryGetValue(identity, out var actual) && JsonNode.DeepEquals(WithoutKept(actual), WithoutKept(definition)))
                {
                    continue;
                }

                var aliases = handler is IAliasedHandler aliased ? aliased.AliasesOf(definition) : [];
                foreach (var name in aliases.Prepend(identity))
                {
                    planned.Add(new ObjectReference(type, name), maker, definition);
                }
            }
        }

        return planned;
    }

    /// <summary>How to make what the reference may mean; empty when the plan does not know it.</summary>
    public IEnumerable<ScratchItem> Making(ObjectReference reference) =>
        _objects.TryGetValue(reference, out var found) ? found.Select(one => one.Maker.InScratch(one.Definition)) : [];

    private void Add(ObjectReference reference, IScratchMaker maker, JsonObject definition)
    {
        if (!_objects.TryAdd(reference, [(maker, definition)]))
        {
            _objects[reference].Add((maker, definition));
        }
    }

    private static async Task<IReadOnlyList<Statement>> MissingExtensionsAsync(
        PostgresSession session, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        if (!all.TryGetValue(ExtensionResource.Type, out var wanted))
        {
            return [];
        }

        var handler = new ExtensionHandler();
        var existing = await ExistingAsync(session, handler, wanted, cancellationToken);
        return [.. wanted.Where(definition => !existing.ContainsKey(handler.IdentityOf(definition))).SelectMany(InItsSchema)];

        IEnumerable<Statement> InItsSchema(JsonObject extension) =>
        [
            .. (string?)extension["schema"] is { } schema ? [new Statement($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(schema)}")] : Array.Empty<Statement>(),
            .. handler.Create(extension),
        ];
    }

    private static async Task<Dictionary<string, JsonObject>> ExistingAsync(
        PostgresSession session, IResourceHandler<PostgresSession> handler, IReadOnlyList<JsonObject> definitions, CancellationToken cancellationToken) =>
        (await handler.ReadAsync(session, [.. definitions.Select(handler.IdentityOf)], cancellationToken)).ToDictionary(handler.IdentityOf, StringComparer.Ordinal);

    private static JsonObject WithoutKept(JsonObject definition)
    {
        var shape = definition.DeepClone().AsObject();
        foreach (var member in (string[])["owner", "comment"])
        {
            shape.Remove(member);
        }

        return shape;
    }
}

/// <summary>A kind whose existing objects serve in a scratch schema too, as long as they are what is planned.</summary>
internal interface IReusedInScratch;
