using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Assistance.Tests;

/// <summary>
/// A provider as small as can be: boxes and labels, each a JSON file in a folder, and nothing but the functions for one of them. It can be told
/// to do any of them wrong.
/// </summary>
internal sealed class BoxProvider(string folder) : IProvider, IProviderEventSource
{
    private static readonly ObjectType NameAndSize = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = new() { Type = "string" },
            ["size"] = new() { Type = "int", Required = true },
            ["colour"] = new() { Type = "string", Default = "brown" },
            ["place"] = new() { Type = "string" },
            ["parts"] = new() { Type = "list", Elem = new() { Type = "object" } },
        },
    };

    private readonly List<string> _calls = [];

    public event Action<ProviderEvent>? EventReceived;

    public IReadOnlyList<string> Calls => _calls;

    public JsonObject? Config { get; private set; }

    public bool IsClosed { get; private set; }

    public ProviderSchema Schema { get; init; } = new()
    {
        Name = "store",
        Version = "1.2.3",
        Description = "Boxes.",
        SupportedFunctions = ["CreateResource", "ReadResource", "UpdateResource", "DeleteResource", "DiscoverResources", "Version"],
        ConfigSchema = new ObjectType { Attributes = new Dictionary<string, AttributeSchema> { ["folder"] = new() { Type = "string", Required = true } } },
        ResourceTypes =
        [
            new()
            {
                Name = "box",
                ConfigSchema = NameAndSize,
                StateSchema = new ObjectType
                {
                    Attributes = new Dictionary<string, AttributeSchema>
                    {
                        ["weight"] = new() { Type = "int", Computed = true },
                        ["place"] = new() { Type = "string", Computed = true },
                    },
                },
            },
            new()
            {
                Name = "label",
                Operations = ["create", "read", "delete", "discover"],
                HoldsData = false,
                ConfigSchema = new ObjectType
                {
                    Attributes = new Dictionary<string, AttributeSchema>
                    {
                        ["name"] = new() { Type = "string" },
                        ["box"] = new() { Type = "string", Required = true, References = ["box"] },
                        ["text"] = new() { Type = "string" },
                    },
                },
            },
        ],
    };

    /// <summary>What to do instead of a function: gets its name and request, answers, throws, or returns null for the ordinary.</summary>
    public Func<string, JsonObject, Envelope?> Instead { get; set; } = (_, _) => null;

    public string FileOf(string type, string name) => Path.Combine(folder, $"{type}.{name}.json");

    public Task<ProviderSchema> SchemaAsync(CancellationToken cancellationToken)
    {
        _calls.Add("Schema");
        return Task.FromResult(Schema);
    }

    public Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken)
    {
        _calls.Add("Configure");
        Config = config;
        return Task.FromResult(Instead("Configure", config) ?? Envelope.Ok);
    }

    public Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        _calls.Add(function);
        EventReceived?.Invoke(new ProviderEvent { Type = "progress", Message = function });
        EventReceived?.Invoke(new ProviderEvent { Type = "resource", Address = "not.told" });
        var request = JsonNode.Parse(input.Span)!.AsObject();
        ReadOnlyMemory<byte> answer = (Instead(function, request) ?? Answer(function, request)) switch
        {
            ReadResourceResponse read => PayloadJson.Write(read),
            DiscoverResourcesResponse discovered => PayloadJson.Write(discovered),
            VersionResponse version => PayloadJson.Write(version),
            var other => PayloadJson.Write(other),
        };
        return Task.FromResult(answer);
    }

    public Task<Envelope> CloseAsync(CancellationToken cancellationToken)
    {
        IsClosed = true;
        return Task.FromResult(Envelope.Ok);
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }

    public void Forget() => _calls.Clear();

    private Envelope Answer(string function, JsonObject request)
    {
        var (type, name) = ((string?)request["resource_type"] ?? "", (string?)request["name"] ?? "");
        var file = FileOf(type, name);
        switch (function)
        {
            case "CreateResource" or "UpdateResource":
                File.WriteAllText(file, request["config"]!.ToJsonString());
                return Envelope.Ok;
            case "DeleteResource":
                File.Delete(file);
                return Envelope.Ok;
            case "ReadResource":
                return File.Exists(file) ? new ReadResourceResponse { Success = true, Exists = true, State = StateIn(file) } : new ReadResourceResponse { Success = true };
            case "DiscoverResources":
                // Every one of them: what is not asked for is the host's to leave out.
                return new DiscoverResourcesResponse
                {
                    Success = true,
                    Resources = [.. Directory.GetFiles(folder, type + ".*").Order(StringComparer.Ordinal).Select(f => new DiscoveredResource
                    {
                        Type = type,
                        Name = Path.GetFileName(f).Split('.')[1],
                        State = StateIn(f),
                    })],
                };
            case "Version":
                return new VersionResponse { Success = true, Version = "its own" };
            default:
                throw new ProviderCallException(ProviderCallFailure.UnsupportedFunction, $"unsupported function: {function}");
        }
    }

    private static JsonObject StateIn(string file)
    {
        var state = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        state["weight"] = state.ToJsonString().Length;
        state["inode"] = "of no interest";
        state["place"] ??= "shelf 1";
        if (Path.GetFileName(file).StartsWith("label", StringComparison.Ordinal))
        {
            state.Remove("place");
        }

        return state;
    }
}
