using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Streaming;

/// <summary>A stream of which there is nothing in the database but its record: a sink or a route.</summary>
public abstract class StreamRecordHandler<TSession>(IStreamDialect<TSession> dialect, string kind) : IResourceHandler<TSession>, IStatementHandler
    where TSession : IProviderSession
{
    public abstract string Description { get; }

    public abstract ObjectType Schema { get; }

    public JsonObject Describe(JsonObject config, DescribeContext context) => Describe(new StreamConfig(config, context, dialect.Names));

    public string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    public abstract IEnumerable<ObjectReference> Requires(JsonObject definition);

    public Task<IReadOnlyList<JsonObject>> ReadAsync(TSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        dialect.ReadRecordsAsync(session, kind, identities, cancellationToken);

    public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public IReadOnlyList<Statement> Create(JsonObject definition) => dialect.Save(kind, definition);

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => dialect.Save(kind, desired);

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [dialect.Forget(kind, IdentityOf(definition))];

    private protected abstract JsonObject Describe(StreamConfig config);
}
