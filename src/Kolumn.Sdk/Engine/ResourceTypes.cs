using System.Diagnostics.CodeAnalysis;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>A provider cannot start because of how its author put it together. Lists every fault.</summary>
public sealed class InvalidProviderDefinitionException(string provider, IReadOnlyList<string> faults)
    : Exception($"provider \"{provider}\" cannot start: {string.Join("; ", faults)}")
{
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>The types of a provider, checked as specification section 6.2 demands: what can be created can be discovered, and the other way round.</summary>
internal sealed class ResourceTypes<TSession>
    where TSession : IProviderSession
{
    private readonly Dictionary<string, ResourceType<TSession>> _types = new(StringComparer.Ordinal);
    private readonly string _prefix;

    /// <exception cref="InvalidProviderDefinitionException">A registry lacks a half, a handler is not one of the two kinds, or a schema contradicts itself.</exception>
    public ResourceTypes(ProviderDefinition<TSession> definition)
    {
        _prefix = definition.Name + "_";
        Follower = definition.Renames;
        var faults = new List<string>();
        foreach (var (name, creator) in definition.Create.Handlers)
        {
            if (definition.Discover.Handlers.TryGetValue(name, out var discoverer))
            {
                _types.Add(name, new ResourceType<TSession>(name, _prefix, creator, discoverer, definition.IsReserved));
            }
            else
            {
                faults.Add($"\"{name}\" can be created but not discovered");
            }
        }

        faults.AddRange(definition.Discover.Handlers.Keys
            .Where(name => !definition.Create.Handlers.ContainsKey(name))
            .Select(name => $"\"{name}\" can be discovered but not created"));
        faults.AddRange(_types.Values.SelectMany(t => t.Faults()));
        faults.AddRange(SchemaConsistency.FaultsOf("config", definition.FullConfigSchema));
        if (definition.IsolationLevels.Count > 0 && !typeof(ITransactionSession).IsAssignableFrom(typeof(TSession)))
        {
            faults.Add($"it names isolation levels although {typeof(TSession).Name} is no {nameof(ITransactionSession)}");
        }

        if (definition.Migrations is not null and not IMigrationJournal<TSession> && !definition.HasTransactionalDdl)
        {
            faults.Add("it has migrations without the capability transactional_ddl, and they are not journalled");
        }

        if (definition.Migrations is not null and not IMigrationStore<TSession> and not IBatchedMigrations<TSession>)
        {
            faults.Add("it has migrations, and neither tables nor documents that they could be about");
        }

        if (faults.Count > 0)
        {
            throw new InvalidProviderDefinitionException(definition.Name, faults);
        }
    }

    public IRenameFollower<TSession>? Follower { get; }

    public IReadOnlyCollection<ResourceType<TSession>> All => _types.Values;

    /// <summary><c>postgres_table</c> and <c>table</c> are the same to the postgres provider.</summary>
    public bool TryResolve(string type, [NotNullWhen(true)] out ResourceType<TSession>? found) =>
        _types.TryGetValue(type, out found)
        || (type.StartsWith(_prefix, StringComparison.Ordinal) && _types.TryGetValue(type[_prefix.Length..], out found));

    /// <summary>The full name of a type however it is spelled; one that is not known stays as it is.</summary>
    public string FullName(string type) => TryResolve(type, out var known) ? known.FullName : type;

    /// <summary>What is part of another object (<see cref="IOwningHandler"/>) and so no discovery of its own.</summary>
    public async Task<IReadOnlySet<ObjectReference>> PartsAsync(TSession session, CancellationToken cancellationToken)
    {
        var parts = new HashSet<ObjectReference>();
        foreach (var type in _types.Values)
        {
            if (type.Creator is IOwningHandler owner)
            {
                foreach (var definition in (await type.ReadAsync(session, null, cancellationToken)).Values)
                {
                    parts.UnionWith(HandlerCall.Run(type.Name, nameof(owner.PartsOf), () => owner.PartsOf(definition).ToList()));
                }
            }
        }

        return parts;
    }

    public Diagnostic Unresolved(string type, string? address)
    {
        var known = _types.Values.Select(t => t.FullName).Order(StringComparer.Ordinal).ToList();
        var (code, summary) = type.Length == 0
            ? (DiagnosticCodes.MissingResourceType, "the resource type is missing")
            : (DiagnosticCodes.InvalidResourceType, $"there is no resource type \"{type}\"");
        var detail = NearestName.Among(known.Concat(_types.Keys), type) is { } meant ? $"Did you mean \"{meant}\"?" : $"Known types: {string.Join(", ", known)}.";
        return Diagnostic.Error(code, summary, detail) with { Address = address };
    }
}
