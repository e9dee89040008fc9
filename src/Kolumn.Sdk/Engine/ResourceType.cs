using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>One registered type with everything that its handler can do, found once.</summary>
internal sealed class ResourceType<TSession>
    where TSession : IProviderSession
{
    private readonly Func<ObjectReference, bool> _isReserved;

    public ResourceType(string name, string prefix, ICreateHandler creator, IDiscoverHandler<TSession> discoverer, Func<ObjectReference, bool> isReserved)
    {
        Name = name;
        FullName = name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name;
        _isReserved = isReserved;
        Creator = creator;
        Discoverer = discoverer;
        Renamer = creator is IRenamingHandler { CanRename: true } renamer ? renamer : null;
        Schema = Renamer is null ? creator.Schema : RenameWishes.Offer(creator.Schema, Renamer.RenamedParts);
        Statements = creator as IStatementHandler;
        Online = creator as IOnlineHandler<TSession>;
        Operations = creator as IOperationHandler<TSession>;
        Quarantiner = creator as IQuarantiningHandler;
        Normalizer = creator as INormalizingHandler<TSession> ?? discoverer as INormalizingHandler<TSession>;
    }

    /// <summary>Without the provider's prefix.</summary>
    public string Name { get; }

    /// <summary>With the prefix, as addresses and states spell it.</summary>
    public string FullName { get; }

    public ICreateHandler Creator { get; }

    public IDiscoverHandler<TSession> Discoverer { get; }

    /// <summary>Asked for once: a handler may build it anew each time.</summary>
    public ObjectType Schema { get; }

    /// <summary>Of this and <see cref="Operations"/> exactly one is there.</summary>
    public IStatementHandler? Statements { get; }

    /// <summary>null when its changes are the same whether anybody uses the object or not.</summary>
    public IOnlineHandler<TSession>? Online { get; }

    public IOperationHandler<TSession>? Operations { get; }

    public INormalizingHandler<TSession>? Normalizer { get; }

    /// <summary>null for a kind that holds nothing which could not be made again.</summary>
    public IQuarantiningHandler? Quarantiner { get; }

    /// <summary>null for a kind that cannot be declared renamed.</summary>
    public IRenamingHandler? Renamer { get; }

    /// <summary>A copy of the config in which the object has a name: the resource's own where none is written.</summary>
    public JsonObject NamedConfig(JsonObject? config, string name)
    {
        var named = (JsonObject?)config?.DeepClone() ?? [];
        if (named["name"] is null && Schema.Attributes.ContainsKey("name"))
        {
            named["name"] = name;
        }

        return named;
    }

    /// <exception cref="HandlerDefectException">The handler finds no name in it.</exception>
    public string IdentityOf(JsonObject definition) => HandlerCall.Run(Name, nameof(ICreateHandler.IdentityOf), () => Creator.IdentityOf(definition));

    /// <summary>null when the handler finds no name in it: what is no definition of this type.</summary>
    public string? TryIdentityOf(JsonObject definition)
    {
        try
        {
            return IdentityOf(definition);
        }
        catch (Exception unreadable) when (unreadable is HandlerDefectException or ProviderException)
        {
            return null;
        }
    }

    /// <summary>Whether the name alone says which object is meant: of a trigger it does not where two tables may have one of that name.</summary>
    public bool IsIdentifiedByName(string name) => TryIdentityOf(new JsonObject { ["name"] = name }) is { } plain
        && Schema.Attributes.Where(a => a.Value is { Required: true, Computed: false } && a.Key != "name")
            .All(a => TryIdentityOf(new JsonObject { ["name"] = name, [a.Key] = "other" }) is not { } other || other == plain);

    /// <summary>Whether the object is Kolumn's own.</summary>
    public bool IsReserved(string identity) => _isReserved(new ObjectReference(Name, identity));

    /// <summary>Whether the object is there although nobody has made it (<see cref="IStandardHandler"/>).</summary>
    public bool IsStandard(JsonObject definition) =>
        Creator is IStandardHandler handler && HandlerCall.Run(Name, nameof(handler.IsStandard), () => handler.IsStandard(definition));

    /// <summary>What exists, by identity, in the order in which the handler found it; without what is Kolumn's own.</summary>
    /// <param name="identities">null for all.</param>
    public async Task<IReadOnlyDictionary<string, JsonObject>> ReadAsync(
        TSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var found = await HandlerCall.RunAsync(Name, nameof(Discoverer.ReadAsync), () => Discoverer.ReadAsync(session, identities, cancellationToken));
        var existing = new OrderedDictionary<string, JsonObject>(found.Count, StringComparer.Ordinal);
        foreach (var definition in found)
        {
            var identity = IdentityOf(definition);
            if (!IsReserved(identity))
            {
                existing[identity] = definition;
            }
        }

        return existing;
    }

    /// <summary>What exists of the type and cannot be expressed, one diagnostic each.</summary>
    public Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(TSession session, CancellationToken cancellationToken) =>
        Discoverer is IIncompleteHandler<TSession> incomplete
            ? HandlerCall.RunAsync(Name, nameof(incomplete.FindUnsupportedAsync), () => incomplete.FindUnsupportedAsync(session, cancellationToken))
            : Task.FromResult<IReadOnlyList<Diagnostic>>([]);

    public IEnumerable<string> Faults()
    {
        if (Statements is null == Operations is null)
        {
            var found = Statements is null ? "neither" : "both";
            yield return $"the handler of \"{Name}\" must be either an IStatementHandler or an IOperationHandler and is {found}";
        }

        foreach (var fault in SchemaConsistency.FaultsOf(Name, Schema))
        {
            yield return fault;
        }
    }

    public ResourceTypeDefinition Describe() => new()
    {
        Name = Name,
        Description = Creator.Description,
        ConfigSchema = new ObjectType { Attributes = Schema.Attributes.Where(a => !a.Value.Computed).ToDictionary(a => a.Key, a => a.Value) },
        StateSchema = Schema,
        Operations = [ResourceActions.Create, ResourceActions.Read, ResourceActions.Update, ResourceActions.Delete, "discover"],
    };
}
