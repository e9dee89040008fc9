using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Resources;

/// <summary>A handler whose definitions are JSON outside and records inside, and whose changes are statements.</summary>
/// <typeparam name="TSession">The provider's own session type.</typeparam>
/// <typeparam name="T">The record.</typeparam>
/// <typeparam name="TName">By what the catalog is asked for an object.</typeparam>
public abstract class RecordHandler<TSession, T, TName>(DefinitionFormat format, SqlDialect dialect) : IResourceHandler<TSession>, IStatementHandler
    where TSession : IProviderSession
    where T : class
    where TName : struct
{
    public abstract string Description { get; }

    public abstract ObjectType Schema { get; }

    protected DefinitionFormat Format => format;

    public JsonObject Describe(JsonObject config, DescribeContext context) => format.Write(Describe(new ConfigReader(config, AttributePath.Root, context, dialect)));

    public abstract string IdentityOf(JsonObject definition);

    public abstract IEnumerable<ObjectReference> Requires(JsonObject definition);

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(TSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(session, identities?.Select(LookupOf).OfType<TName>().Distinct().ToList(), cancellationToken);
        var definitions = found.Select(format.Write);
        if (identities is null)
        {
            return [.. definitions];
        }

        // One name may stand for several objects: overloads, a table's triggers.
        var wanted = identities.ToHashSet(StringComparer.Ordinal);
        return [.. definitions.Where(definition => wanted.Contains(IdentityOf(definition)))];
    }

    public JsonObject ToConfig(JsonObject definition) => ToConfig(format.Read<T>(definition));

    public IReadOnlyList<Statement> Create(JsonObject definition) => [.. Create(format.Read<T>(definition))];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => Alter(format.Read<T>(actual), format.Read<T>(desired)) is { } changes ? [.. changes] : null;

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [.. Drop(format.Read<T>(definition))];

    protected abstract T Describe(ConfigReader config);

    /// <summary>null for an identity that can be nobody's.</summary>
    protected abstract TName? LookupOf(string identity);

    /// <param name="lookups">null for all.</param>
    protected abstract Task<IReadOnlyList<T>> ReadAsync(TSession session, IReadOnlyCollection<TName>? lookups, CancellationToken cancellationToken);

    protected virtual JsonObject ToConfig(T definition) => format.Write(definition);

    protected abstract IEnumerable<Statement> Create(T definition);

    /// <summary>null when it has to be made again.</summary>
    protected abstract IEnumerable<Statement>? Alter(T actual, T desired);

    protected abstract IEnumerable<Statement> Drop(T definition);
}
