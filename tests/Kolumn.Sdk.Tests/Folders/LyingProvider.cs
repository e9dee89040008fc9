using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Sdk.Tests.Folders;

/// <summary>A provider whose statements make something else than it described.</summary>
internal sealed class LyingProvider : IAsyncDisposable
{
    public LyingProvider(string root)
    {
        Root = root;
        Dispatcher = new FunctionDispatcher<FolderSession>(
            FolderProvider.Define(transactional: true).Add("note", new Handler()), NullLoggerFactory.Instance, TimeProvider.System, new SecretScrubber());
    }

    public string Root { get; }

    public FunctionDispatcher<FolderSession> Dispatcher { get; }

    public async Task<ApplyResponse> ApplyAsync(params PlanResource[] resources) => PayloadJson.Read<ApplyResponse>(
        (await Dispatcher.CallFunctionAsync(FunctionNames.Apply, PayloadJson.Write(new PlanRequest { Resources = resources }), TestContext.Current.CancellationToken)).Span);

    public ValueTask DisposeAsync() => Dispatcher.DisposeAsync();

    private sealed class Handler : IResourceHandler<FolderSession>, IStatementHandler
    {
        private readonly NoteHandler _honest = new();

        public string Description => "A note.";

        public ObjectType Schema => _honest.Schema;

        public JsonObject Describe(JsonObject config, DescribeContext context) => _honest.Describe(config, context);

        public string IdentityOf(JsonObject definition) => _honest.IdentityOf(definition);

        public IEnumerable<ObjectReference> Requires(JsonObject definition) => _honest.Requires(definition);

        public Task<IReadOnlyList<JsonObject>> ReadAsync(FolderSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
            _honest.ReadAsync(session, identities, cancellationToken);

        public JsonObject ToConfig(JsonObject definition) => _honest.ToConfig(definition);

        public IReadOnlyList<Statement> Create(JsonObject definition)
        {
            var other = (JsonObject)definition.DeepClone();
            other["text"] = "made";
            return _honest.Create(other);
        }

        public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => _honest.Alter(actual, desired);

        public IReadOnlyList<Statement> Drop(JsonObject definition) => _honest.Drop(definition);
    }
}
