using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Tests.Folders;

/// <summary>
/// A ship is laid down in the transaction and finished afloat: outside of it, alone, and then under its flag in a short transaction
/// of its own. One without a text is only afloat.
/// </summary>
internal sealed class ShipHandler : IResourceHandler<FolderSession>, IStatementHandler
{
    private const string Kind = "ship";

    public string Description => "A ship.";

    public ObjectType Schema => Note.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => Note.Describe(config, context);

    public string IdentityOf(JsonObject definition) => Note.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => Note.Requires(definition).Select(r => r with { Type = Kind });

    public Task<IReadOnlyList<JsonObject>> ReadAsync(FolderSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        Task.FromResult(session.ReadAll(Kind, identities));

    public JsonObject ToConfig(JsonObject definition) => Note.ToConfig(definition);

    public IReadOnlyList<Statement> Create(JsonObject definition) => definition["text"] is null
        ? [Alone("create", definition)]
        : [new Statement(Text("create", With(definition, "hull"))), .. Finish(definition)];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => [.. Finish(desired)];

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [new Statement(Text("drop", definition))];

    private static IEnumerable<Statement> Finish(JsonObject definition) =>
    [
        Alone("alter", With(definition, "afloat")),
        new(Text("alter", With(definition, "flag"))) { Place = StatementPlace.AfterCommit },
        new(Text("alter", definition)) { Place = StatementPlace.AfterCommit },
    ];

    private static Statement Alone(string what, JsonObject definition) => new(Text(what, definition))
    {
        Place = StatementPlace.Alone,
        Cleanup = [new Statement(Text("alter", With(definition, "wreck"))) { Place = StatementPlace.Alone }],
    };

    private static string Text(string what, JsonObject definition) => Note.Statement(what, Kind, definition).ToJsonString();

    private static JsonObject With(JsonObject definition, string text)
    {
        var other = (JsonObject)definition.DeepClone();
        other["text"] = text;
        return other;
    }
}
