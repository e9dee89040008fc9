using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Sdk.Tests.Folders;

/// <summary>A real provider whose database is a temporary folder, and the dispatcher in front of it.</summary>
internal sealed class FolderProvider : IAsyncDisposable
{
    /// <param name="levels">Isolation levels; those of a transactional folder when left out.</param>
    public FolderProvider(bool transactional, TimeProvider? time = null, IReadOnlyList<string>? levels = null, FolderAudit? audit = null)
    {
        Root = Directory.CreateTempSubdirectory("kolumn-folder-").FullName;
        Definition = Define(transactional, Connections.Add, levels, audit);
        Poems = new PoemHandler();
        Definition.Add("note", new NoteHandler()).Add("poem", Poems).Add("blob", new BlobHandler()).Add("letter", new LetterHandler()).Add("ship", new ShipHandler());
        Dispatcher = new FunctionDispatcher<FolderSession>(Definition, NullLoggerFactory.Instance, time ?? TimeProvider.System, new SecretScrubber());
        Dispatcher.EventReceived += Events.Add;
    }

    public string Root { get; }

    public ProviderDefinition<FolderSession> Definition { get; }

    public PoemHandler Poems { get; }

    public List<FolderConnection> Connections { get; } = [];

    public List<ProviderEvent> Events { get; } = [];

    public FunctionDispatcher<FolderSession> Dispatcher { get; }

    public static ProviderDefinition<FolderSession> Define(
        bool transactional, Action<FolderConnection>? connected = null, IReadOnlyList<string>? levels = null, FolderAudit? audit = null) => new()
        {
            Name = "folder",
            Version = "1.2.3",
            Description = "Files in a folder.",
            Audit = audit,
            IsReserved = thing => thing.Identity.StartsWith("own-", StringComparison.Ordinal),
            IsolationLevels = levels ?? (transactional ? ["read_committed", "serializable"] : []),
            Capabilities = new Dictionary<string, bool> { ["transactional_ddl"] = transactional },
            ConfigSchema = new ObjectType
            {
                Attributes = new Dictionary<string, AttributeSchema>
                {
                    ["path"] = new() { Type = "string", Required = true },
                    ["password"] = new() { Type = "string", Sensitive = true },
                    ["retries"] = new() { Type = "int" },
                    ["fail"] = new() { Type = "bool" },
                },
            },
            ConnectAsync = (config, _, _) =>
            {
                var path = config["path"]!.GetValue<string>();
                if (config["fail"] is not null)
                {
                    throw new InvalidOperationException($"cannot log in with {config["password"]} to folder://me:{config["password"]}@host");
                }

                if (!Directory.Exists(path))
                {
                    throw new ProviderException(Diagnostic.Error(
                        DiagnosticCodes.Connection, $"cannot open {path} with {config["password"]}", $"Tried path={path};password={config["password"]};timeout=3."));
                }

                var connection = new FolderConnection(path, transactional);
                connected?.Invoke(connection);
                return Task.FromResult<IProviderConnection<FolderSession>>(connection);
            },
        };

    public static async Task<FolderProvider> ConfiguredAsync(bool transactional = true, TimeProvider? time = null, IReadOnlyList<string>? levels = null, FolderAudit? audit = null)
    {
        var provider = new FolderProvider(transactional, time, levels, audit);
        (await provider.ConfigureAsync()).Success.ShouldBeTrue();
        return provider;
    }

    public Task<Envelope> ConfigureAsync(JsonObject? config = null) =>
        Dispatcher.ConfigureAsync(config ?? new JsonObject { ["path"] = Root }, TestContext.Current.CancellationToken);

    public Task<TResponse> CallAsync<TRequest, TResponse>(string function, TRequest request)
        where TResponse : Envelope => Dispatcher.CallAsync<TRequest, TResponse>(function, request, TestContext.Current.CancellationToken);

    public Task<PlanResponse> PlanAsync(params PlanResource[] resources) =>
        CallAsync<PlanRequest, PlanResponse>(FunctionNames.Plan, new PlanRequest { Resources = resources });

    public Task<ApplyResponse> ApplyAsync(params PlanResource[] resources) =>
        CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, new PlanRequest { Resources = resources });

    public string FileOf(string kind, string name) => Path.Combine(Root, $"{kind}~{name}.json");

    public IReadOnlyList<string> Files => [.. Directory.GetFiles(Root).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static PlanResource Create(string type, string name, string config = "{}", params string[] dependsOn) => new()
    {
        ResourceType = type,
        Name = name,
        Config = JsonNode.Parse(config)!.AsObject(),
        Action = ResourceActions.Create,
        DependsOn = dependsOn,
    };

    public static PlanResource Update(string type, string name, JsonObject? state, string config = "{}") =>
        Create(type, name, config) with { Action = ResourceActions.Update, PriorState = (JsonObject?)state?.DeepClone() };

    public static PlanResource Delete(string type, string name, JsonObject? state, params string[] dependsOn) =>
        new() { ResourceType = type, Name = name, Action = ResourceActions.Delete, PriorState = (JsonObject?)state?.DeepClone(), DependsOn = dependsOn };

    public async ValueTask DisposeAsync()
    {
        await Dispatcher.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
