// A complete Kolumn provider: the members of a JSON file, with the Sdk.
//
// The Sdk plans, orders, keeps the state, finds drift, speaks the protocol. What is left to write: what a setting is, and how to read and write the file.
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;

return await ProviderServer.RunAsync(SettingsProvider.Define(), args);

internal static class SettingsProvider
{
    public static ProviderDefinition<JsonFile> Define() => new ProviderDefinition<JsonFile>
    {
        Name = "settings",
        Version = "1.0.0",
        Description = "Members of a JSON file.",
        Category = "filesystem",
        ConfigSchema = new ObjectType
        {
            Attributes = new Dictionary<string, AttributeSchema>
            {
                ["file"] = new() { Type = AttributeTypes.String, Description = "The file's path; made when it does not exist.", Required = true },
            },
        },
        // An apply is all or nothing: a session writes its file once, when it is committed.
        Capabilities = new Dictionary<string, bool> { ["transactional_ddl"] = true },
        ConnectAsync = async (config, loggers, cancellationToken) =>
        {
            var connection = new JsonFileConnection(Path.GetFullPath(config["file"]!.GetValue<string>()));
            await (await connection.OpenAsync(SessionMode.Read, cancellationToken)).DisposeAsync();
            return connection;
        },
    }.Add("value", new ValueHandler());
}

/// <summary>One resource type: a member of the file's object and its value.</summary>
internal sealed class ValueHandler : IResourceHandler<JsonFile>, IOperationHandler<JsonFile>
{
    public string Description => "A member of the file and its value.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = new() { Type = AttributeTypes.String, Description = "The member; that of the resource when left out." },
            ["value"] = new() { Type = AttributeTypes.Any, Description = "What it is set to: anything that JSON can say.", Required = true },
        },
    };

    // What was written is what the file will hold: config and definition are the same.
    public JsonObject Describe(JsonObject config, DescribeContext context) => (JsonObject)config.DeepClone();

    public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public string IdentityOf(JsonObject definition) => definition["name"]!.GetValue<string>();

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

    public Task<IReadOnlyList<JsonObject>> ReadAsync(JsonFile session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JsonObject>>(
        [
            .. session.Members.Where(m => m.Value is not null && (identities is null || identities.Contains(m.Key)))
                .Select(m => new JsonObject { ["name"] = m.Key, ["value"] = m.Value!.DeepClone() }),
        ]);

    public Task<JsonObject> CreateAsync(JsonFile session, JsonObject definition, CancellationToken cancellationToken)
    {
        session.Members[IdentityOf(definition)] = definition["value"]!.DeepClone();
        return Task.FromResult(definition);
    }

    public Task<JsonObject> UpdateAsync(JsonFile session, JsonObject actual, JsonObject desired, CancellationToken cancellationToken) =>
        CreateAsync(session, desired, cancellationToken);

    public Task DeleteAsync(JsonFile session, JsonObject definition, CancellationToken cancellationToken)
    {
        session.Members.Remove(IdentityOf(definition));
        return Task.CompletedTask;
    }
}

/// <summary>A unit of work: the file as it was read, until it is committed.</summary>
internal sealed class JsonFile(string path, JsonObject members, IDisposable? claim) : IProviderSession
{
    public JsonObject Members { get; } = members;

    public Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) => statements.Count == 0
        ? Task.CompletedTask
        : throw new InvalidOperationException("a JSON file takes no statements");

    /// <summary>Written beside its place and moved there: nobody ever reads half of it.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        var fresh = path + ".new";
        try
        {
            await using (var stream = File.Create(fresh))
            await using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            {
                Members.WriteTo(writer);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StatementFailedException(-1, Diagnostic.Error(DiagnosticCodes.Operation, $"{path} cannot be written", refused.Message), refused);
        }
    }

    public ValueTask DisposeAsync()
    {
        claim?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The right to write: two that write at once would each lose what the other wrote. This process waits for its turn, another one is refused.</summary>
internal sealed class Claim(SemaphoreSlim turn, string path) : IDisposable
{
    private readonly FileStream _file = new(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);

    public void Dispose()
    {
        _file.Dispose();
        turn.Release();
    }
}

internal sealed class JsonFileConnection(string path) : IProviderConnection<JsonFile>
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<JsonFile> OpenAsync(SessionMode mode, CancellationToken cancellationToken)
    {
        var claim = mode == SessionMode.Write ? await ClaimAsync(cancellationToken) : null;
        try
        {
            var text = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : Directory.Exists(Path.GetDirectoryName(path)) ? "{}" : throw new DirectoryNotFoundException($"{Path.GetDirectoryName(path)} does not exist.");
            return JsonNode.Parse(text, documentOptions: Lenient) is JsonObject members
                ? new JsonFile(path, members, claim)
                : throw new JsonException("It holds something else than an object.");
        }
        catch (Exception failure)
        {
            // Whatever ends it, a call that was called off too.
            claim?.Dispose();
            if (failure is IOException or UnauthorizedAccessException or JsonException)
            {
                throw Unusable(failure);
            }

            throw;
        }
    }

    public async Task<string> PingAsync(CancellationToken cancellationToken)
    {
        await (await OpenAsync(SessionMode.Read, cancellationToken)).DisposeAsync();
        return "JSON";
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Claim> ClaimAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return new Claim(_turn, path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _turn.Release();
            throw Unusable(refused);
        }
    }

    private ProviderException Unusable(Exception refused) => new(Diagnostic.Error(DiagnosticCodes.Connection, $"{path} cannot be used", refused.Message), refused);
}
