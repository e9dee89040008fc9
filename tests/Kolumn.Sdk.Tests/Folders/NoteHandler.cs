using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Tests.Folders;

/// <summary>What the three kinds of objects share: a name, a text, named lines, and what they come after.</summary>
internal static class Note
{
    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = new()
            {
                Type = "string",
                Required = true,
                Validators = [new ValidatorSpec { Type = "length", Value = new JsonObject { ["max"] = 40 }, Message = "the name is too long" }],
            },
            ["text"] = new() { Type = "string" },
            ["kind"] = new() { Type = "string", ForceNew = true, Validators = [new ValidatorSpec { Type = "enum", Value = new JsonArray("plain", "rich") }] },
            ["lines"] = new()
            {
                Type = "list",
                Elem = new AttributeSchema
                {
                    Type = "object",
                    Attributes = new Dictionary<string, AttributeSchema>
                    {
                        ["name"] = new() { Type = "string", Required = true },
                        ["text"] = new() { Type = "string" },
                    },
                },
            },
            ["after"] = new() { Type = "list", Elem = new AttributeSchema { Type = "string" } },
            ["pin"] = new() { Type = "string", Sensitive = true },
            ["bytes"] = new() { Type = "int", Computed = true },
        },
    };

    public static JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var definition = new JsonObject();
        foreach (var (name, value) in config.Where(m => m.Value is not null && m.Key != "after"))
        {
            definition[name] = value!.DeepClone();
        }

        if (config["after"] is JsonArray after)
        {
            definition["after"] = new JsonArray([.. after.Select(a => (JsonNode?)(context.ConfigOf(a!.GetValue<string>())?["name"]?.GetValue<string>() ?? a.GetValue<string>()))]);
        }

        if (config["text"]?.GetValue<string>() == "explode")
        {
            throw new InvalidOperationException("no text can explode");
        }

        return definition;
    }

    public static string IdentityOf(JsonObject definition) => definition["name"]!.GetValue<string>();

    public static IEnumerable<ObjectReference> Requires(JsonObject definition) =>
        (definition["after"] as JsonArray ?? []).Select(a => new ObjectReference("note", a!.GetValue<string>()));

    public static JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public static JsonObject Statement(string what, string kind, JsonObject definition) => new()
    {
        ["do"] = what,
        ["kind"] = kind,
        ["name"] = IdentityOf(definition),
        ["pin"] = what == "drop" ? null : definition["pin"]?.DeepClone(),
        ["definition"] = what == "drop" ? null : Stored(definition),
    };

    // Like a real catalog, the folder never gives a secret back.
    private static JsonNode Stored(JsonObject definition)
    {
        var stored = (JsonObject)definition.DeepClone();
        stored.Remove("pin");
        return stored;
    }
}

/// <summary>Changes are statements.</summary>
internal sealed class NoteHandler : IResourceHandler<FolderSession>, IStatementHandler
{
    public string Description => "A note.";

    public ObjectType Schema => Note.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => Note.Describe(config, context);

    public string IdentityOf(JsonObject definition) => Note.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => Note.Requires(definition);

    public Task<IReadOnlyList<JsonObject>> ReadAsync(FolderSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        Task.FromResult(session.ReadAll("note", identities));

    public JsonObject ToConfig(JsonObject definition) => Note.ToConfig(definition);

    public IReadOnlyList<Statement> Create(JsonObject definition) => [new Statement(Note.Statement("create", "note", definition).ToJsonString())];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) =>
        actual["text"]?.GetValue<string>() == "frozen" ? null : [new Statement(Note.Statement("alter", "note", desired).ToJsonString())];

    public IReadOnlyList<Statement> Drop(JsonObject definition) =>
    [
        new Statement(Note.Statement("drop", "note", definition).ToJsonString())
        {
            Hazards = [new Hazard(HazardNames.DataLoss, $"note {Note.IdentityOf(definition)} is gone for good")],
        },
    ];
}

/// <summary>
/// Something whose text only the folder can spell: it stores it in capitals, and refuses the word forbidden. It holds no data and
/// keeps the notes it quotes from changing their text.
/// </summary>
internal sealed class PoemHandler : IResourceHandler<FolderSession>, IStatementHandler, INormalizingHandler<FolderSession>, IObstructingHandler
{
    public string Description => "A poem.";

    public ObjectType Schema => Note.Schema;

    /// <summary>How many definitions were given to <see cref="NormalizeAsync"/>.</summary>
    public int Normalized { get; private set; }

    /// <summary>For tests that need something to happen in the middle of a call.</summary>
    public Action? BeforeRead { get; set; }

    public JsonObject Describe(JsonObject config, DescribeContext context) => Note.Describe(config, context);

    public string IdentityOf(JsonObject definition) => Note.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => Note.Requires(definition);

    public Task<IReadOnlyList<JsonObject>> ReadAsync(FolderSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        BeforeRead?.Invoke();
        return Task.FromResult(session.ReadAll("poem", identities));
    }

    public JsonObject ToConfig(JsonObject definition) => Note.ToConfig(definition);

    public IReadOnlyList<Statement> Create(JsonObject definition) => [new Statement(Note.Statement("create", "poem", Spell(definition)).ToJsonString())];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => [new Statement(Note.Statement("alter", "poem", Spell(desired)).ToJsonString())];

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [new Statement(Note.Statement("drop", "poem", definition).ToJsonString())];

    public Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        FolderSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        Normalized += definitions.Count;
        return Task.FromResult<IReadOnlyList<NormalizedDefinition>>(
        [
            .. definitions.Select(d => d["text"]?.GetValue<string>() == "forbidden"
                ? new NormalizedDefinition(null, Diagnostic.Error(DiagnosticCodes.Operation, "the folder refuses the word forbidden"))
                : new NormalizedDefinition(Spell(d), null)),
        ]);
    }

    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes) => changes.ContainsKey("text");

    private static JsonObject Spell(JsonObject definition)
    {
        var spelled = (JsonObject)definition.DeepClone();
        spelled["text"] = definition["text"]?.GetValue<string>().ToUpperInvariant();
        return spelled;
    }
}

/// <summary>Letters answer each other, and the folder takes none that answers one it does not have: two that answer each other need dividing.</summary>
internal sealed class LetterHandler : IResourceHandler<FolderSession>, IStatementHandler, IPostponingHandler
{
    public string Description => "A letter.";

    public ObjectType Schema => Note.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => Note.Describe(config, context);

    public string IdentityOf(JsonObject definition) => Note.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => Note.Requires(definition).Select(r => r with { Type = "letter" });

    public bool CanPostpone(ObjectReference requirement) => requirement.Identity != "urgent";

    public JsonObject Without(JsonObject definition, IReadOnlyCollection<ObjectReference> requirements)
    {
        var without = (JsonObject)definition.DeepClone();
        without["after"] = new JsonArray(
            [.. definition["after"]!.AsArray().Select(a => a!.GetValue<string>()).Where(a => requirements.All(r => r.Identity != a)).Select(a => (JsonNode)a)]);
        return without;
    }

    public Task<IReadOnlyList<JsonObject>> ReadAsync(FolderSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        Task.FromResult(session.ReadAll("letter", identities));

    public JsonObject ToConfig(JsonObject definition) => Note.ToConfig(definition);

    public IReadOnlyList<Statement> Create(JsonObject definition) => [new Statement(Note.Statement("create", "letter", definition).ToJsonString())];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => [new Statement(Note.Statement("alter", "letter", desired).ToJsonString())];

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [new Statement(Note.Statement("drop", "letter", definition).ToJsonString())];
}

/// <summary>Changes are calls of its own.</summary>
internal sealed class BlobHandler : IResourceHandler<FolderSession>, IOperationHandler<FolderSession>
{
    public string Description => "A blob.";

    public ObjectType Schema => Note.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => Note.Describe(config, context);

    public string IdentityOf(JsonObject definition) => Note.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) =>
        Note.Requires(definition).Select(r => r with { Type = "blob" });

    public Task<IReadOnlyList<JsonObject>> ReadAsync(FolderSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        Task.FromResult(session.ReadAll("blob", identities));

    public JsonObject ToConfig(JsonObject definition) => Note.ToConfig(definition);

    public Task<JsonObject> CreateAsync(FolderSession session, JsonObject definition, CancellationToken cancellationToken) => Do(session, "create", definition);

    public Task<JsonObject> UpdateAsync(FolderSession session, JsonObject actual, JsonObject desired, CancellationToken cancellationToken) => Do(session, "alter", desired);

    public Task DeleteAsync(FolderSession session, JsonObject definition, CancellationToken cancellationToken) => Do(session, "drop", definition);

    private static Task<JsonObject> Do(FolderSession session, string what, JsonObject definition)
    {
        if (definition["text"]?.GetValue<string>() == "break" && what == "create")
        {
            throw new FormatException("a blob cannot break");
        }

        try
        {
            session.Run(Note.Statement(what, "blob", definition));
        }
        catch (IOException refused)
        {
            throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Operation, refused.Message), refused);
        }

        return Task.FromResult(definition);
    }
}
