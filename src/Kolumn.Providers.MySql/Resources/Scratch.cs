using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>
/// Objects tried out where nobody looks, to learn how the server spells them:
/// <list type="number">
/// <item>a scratch database is made for each real one (<see cref="ScratchDatabases"/>);</item>
/// <item>all objects are created there, in one batch; what is refused for want of something that comes later gets another chance;</item>
/// <item>the catalog is read, with the real names in place of the scratch ones;</item>
/// <item>the databases are dropped.</item>
/// </list>
/// </summary>
internal sealed class Scratch(MySqlSession session, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all)
{
    private IReadOnlyDictionary<string, string> _scratchNames = new Dictionary<string, string>();

    /// <returns>One for each definition, in their order.</returns>
    public async Task<IReadOnlyList<NormalizedDefinition>> TryAsync(IScratchMaker maker, string type, IReadOnlyList<JsonObject> definitions, CancellationToken cancellationToken)
    {
        var items = Collect(maker, type, definitions);
        await using var databases = await ScratchDatabases.OpenAsync(session, items.Select(item => RealOf(NameOf(item))), cancellationToken); // 1, 4
        _scratchNames = databases.Names;
        var refusals = await CreateAsync(items, cancellationToken); // 2
        var made = definitions.Where(definition => !refusals.ContainsKey(new ObjectReference(type, maker.IdentityOf(definition)))).ToList();
        var names = new SchemaNames(session.Database, _scratchNames.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal));
        var lookups = made.Select(definition => MySqlName.Parse(maker.IdentityOf(definition))!.Value).Select(name => name with { Schema = _scratchNames[RealOf(name)] }).ToList();
        var found = lookups.Count == 0 ? [] : (await maker.ReadScratchAsync(session, lookups, names, cancellationToken)).ToDictionary(maker.IdentityOf, StringComparer.Ordinal); // 3
        return
        [
            .. definitions.Select(definition => maker.IdentityOf(definition)).Select(identity => new NormalizedDefinition(
                found.GetValueOrDefault(identity), refusals.GetValueOrDefault(new ObjectReference(type, identity)))),
        ];
    }

    /// <summary>The objects and, ahead of them, what they need of the plan.</summary>
    private List<Item> Collect(IScratchMaker maker, string type, IReadOnlyList<JsonObject> definitions)
    {
        var planned = new Dictionary<ObjectReference, Item>();
        foreach (var (kind, handler) in ResourceKinds.All)
        {
            if (handler is IScratchMaker other)
            {
                foreach (var definition in all.GetValueOrDefault(kind, []))
                {
                    planned.TryAdd(new ObjectReference(kind, other.IdentityOf(definition)), new Item(kind, other, definition));
                }
            }
        }

        foreach (var definition in definitions)
        {
            planned[new ObjectReference(type, maker.IdentityOf(definition))] = new Item(type, maker, definition);
        }

        // Walked with a list of its own: chains may be long. A table's foreign keys are left out of the attempt, and so is what they point to.
        var (ordered, seen) = (new List<Item>(), new HashSet<ObjectReference>());
        var walk = new Stack<(ObjectReference Reference, bool NeedsDone)>(definitions.Select(definition => (new ObjectReference(type, maker.IdentityOf(definition)), false)));
        while (walk.TryPop(out var step))
        {
            if (step.NeedsDone)
            {
                ordered.Add(planned[step.Reference]);
            }
            else if (planned.TryGetValue(step.Reference, out var item) && seen.Add(step.Reference))
            {
                walk.Push((step.Reference, true));
                foreach (var need in step.Reference.Type == Tables.TableResource.Type ? [] : item.Maker.Requires(item.Definition))
                {
                    walk.Push((need, false));
                }
            }
        }

        return ordered;
    }

    /// <returns>Why those that were refused were.</returns>
    private async Task<Dictionary<ObjectReference, Diagnostic>> CreateAsync(List<Item> items, CancellationToken cancellationToken)
    {
        var refusals = new Dictionary<ObjectReference, Diagnostic>();
        for (var (left, progress) = (items, true); left.Count > 0 && progress; left = left.FindAll(item => refusals.ContainsKey(ReferenceTo(item))))
        {
            progress = false;
            var attempts = left.SelectMany(item => item.Maker.CreateInScratch(item.Definition, _scratchNames[RealOf(NameOf(item))], DatabaseOf).Select(statement => (Item: item, Statement: statement))).ToList();
            var outcomes = await session.TryAllAsync([.. attempts.Select(attempt => attempt.Statement)], cancellationToken);
            foreach (var ofOne in attempts.Zip(outcomes, (attempt, refusal) => (attempt.Item, Refusal: refusal)).GroupBy(one => ReferenceTo(one.Item)))
            {
                if (ofOne.Select(one => one.Refusal).FirstOrDefault(refusal => refusal is not null) is { } refusal)
                {
                    refusals[ofOne.Key] = refusal with { Summary = WithRealNames(refusal.Summary) };
                }
                else
                {
                    refusals.Remove(ofOne.Key);
                    progress = true;
                }
            }
        }

        return refusals;

        string? DatabaseOf(MySqlName name) => items.Exists(item => NameOf(item) == name && !refusals.ContainsKey(ReferenceTo(item))) ? _scratchNames[RealOf(name)] : null;
    }

    private string WithRealNames(string text) => _scratchNames.Aggregate(text, (said, pair) => said.Replace(pair.Value, pair.Key, StringComparison.Ordinal));

    private string RealOf(MySqlName name) => name.Schema ?? session.Database ?? "";

    private static MySqlName NameOf(Item item) => MySqlName.Parse(item.Maker.IdentityOf(item.Definition))!.Value;

    private static ObjectReference ReferenceTo(Item item) => new(item.Type, item.Maker.IdentityOf(item.Definition));

    private sealed record Item(string Type, IScratchMaker Maker, JsonObject Definition);
}
