using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Testing;

/// <summary>
/// A runtime whose database is a dictionary in this process, behind the real dispatcher and engine: for tests of what stands
/// before a runtime (provider runtime contract, helper packages). Providers are tested on their own databases.
/// </summary>
public static class InMemoryRuntime
{
    /// <param name="database">Outlives the runtime; several runtimes may share it.</param>
    /// <param name="types">What may be asked for: attributes by type. Each gets a <c>name</c> when it has none.</param>
    public static IProviderRuntime Create(InMemoryDatabase database, IReadOnlyDictionary<string, ObjectType> types)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(types);
        var definition = new ProviderDefinition<InMemorySession>
        {
            Name = "memory",
            Version = "1.0.0",
            Description = "Objects in the memory of a test.",
            ConfigSchema = new ObjectType(),
            ConnectAsync = (_, _, _) => Task.FromResult<IProviderConnection<InMemorySession>>(new InMemoryConnection(database)),
        };
        foreach (var (type, schema) in types)
        {
            definition.Add(type, new InMemoryHandler(type, schema));
        }

        return InProcessRuntime.Create(definition);
    }

    private sealed class InMemoryConnection(InMemoryDatabase database) : IProviderConnection<InMemorySession>
    {
        public Task<InMemorySession> OpenAsync(SessionMode mode, CancellationToken cancellationToken) => Task.FromResult(new InMemorySession(database));

        public Task<string> PingAsync(CancellationToken cancellationToken) => Task.FromResult("1.0");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class InMemorySession(InMemoryDatabase database) : IProviderSession
    {
        public InMemoryDatabase Database { get; } = database;

        public Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) =>
            statements.Count == 0 ? Task.CompletedTask : throw new NotSupportedException("A dictionary takes no statements.");

        public Task CommitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class InMemoryHandler(string type, ObjectType schema) : IResourceHandler<InMemorySession>, IOperationHandler<InMemorySession>
    {
        public string Description => $"A {type} in memory.";

        public ObjectType Schema { get; } = schema.Attributes.ContainsKey("name") ? schema : new ObjectType
        {
            Attributes = new Dictionary<string, AttributeSchema>(schema.Attributes) { ["name"] = new() { Type = AttributeTypes.String, Required = true } },
        };

        public JsonObject Describe(JsonObject config, DescribeContext context) => new(config.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));

        public string IdentityOf(JsonObject definition) => definition["name"]!.GetValue<string>();

        public IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

        public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

        public Task<IReadOnlyList<JsonObject>> ReadAsync(InMemorySession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<JsonObject>>([.. session.Database.Find(type, identities)]);

        public Task<JsonObject> CreateAsync(InMemorySession session, JsonObject definition, CancellationToken cancellationToken) => Put(session, definition);

        public Task<JsonObject> UpdateAsync(InMemorySession session, JsonObject actual, JsonObject desired, CancellationToken cancellationToken) => Put(session, desired);

        public Task DeleteAsync(InMemorySession session, JsonObject definition, CancellationToken cancellationToken)
        {
            session.Database.Remove(type, IdentityOf(definition));
            return Task.CompletedTask;
        }

        private Task<JsonObject> Put(InMemorySession session, JsonObject definition)
        {
            session.Database.Put(type, IdentityOf(definition), definition);
            return Task.FromResult((JsonObject)definition.DeepClone());
        }
    }
}
