using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Tests.Support;

/// <summary>
/// A runtime that really manages something: folders and documents, each a JSON file below the directory it is configured with.
/// It keeps the contract like a database provider does: compares with what exists, adopts, refuses to take over what differs,
/// checks the plan's hash, is atomic when asked to be.
/// </summary>
public sealed class FilesRuntime(FilesBehaviour behaviour) : IProviderRuntime
{
    private string? _directory;

    public static Capabilities Describe(string provider = "files") => new()
    {
        Provider = provider,
        Version = "1.2.3",
        Protocol = 1,
        ConfigSchema = Object(("directory", String() with { Required = true }), ("password", String() with { Sensitive = true }), ("retries", new AttributeSchema { Type = "int" })),
        ResourceKinds =
        [
            Kind($"{provider}_folder", ("name", String()), ("comment", String())),
            Kind(
                $"{provider}_document",
                ("name", String()),
                ("folder", String() with { References = ["folder"] }),
                ("next", String() with { References = ["document"] }),
                ("schema", String()),
                ("content", String()),
                ("size", new AttributeSchema { Type = "int", Computed = true }),
                ("location", new AttributeSchema { Type = "string", Computed = true }),
                ("secret", String() with { Sensitive = true }),
                ("pages", new AttributeSchema { Type = "int" }),
                ("old_content", String() with { Deprecated = "content" }),
                ("columns", ListOf(("name", String() with { Required = true }), ("type", String() with { Required = true }), ("nullable", new AttributeSchema { Type = "bool" }), ("default", new AttributeSchema { Type = "any" }))),
                ("indexes", ListOf(("name", String()), ("columns", new AttributeSchema { Type = "list", Elem = String() }))),
                ("policies", ListOf(("name", String()), ("rule", String()))),
                ("tags", new AttributeSchema { Type = "map", Elem = String() }),
                ("owner", new AttributeSchema { Type = "object", Attributes = new Dictionary<string, AttributeSchema> { ["mail"] = String() with { Required = true }, ["phone"] = String() } }),
                ("see_also", new AttributeSchema { Type = "any" })),
        ],
    };

    public Task<Kolumn.Protocol.Runtime.InitResult> InitAsync(InitRequest request, CancellationToken cancellationToken)
    {
        behaviour.Inits.Enqueue(request);
        if (request.Connection["directory"]?.GetValue<string>() is not { } directory)
        {
            return Task.FromResult(new Kolumn.Protocol.Runtime.InitResult([Diagnostic.Error(DiagnosticCodes.MissingAttribute, "Missing attribute \"directory\"")]));
        }

        if (request.Connection["password"]?.GetValue<string>() is { } password && password != "open sesame")
        {
            return Task.FromResult(new Kolumn.Protocol.Runtime.InitResult(
                [Diagnostic.Error(DiagnosticCodes.Connection, "The password was refused", $"The server did not take \"{password}\".") with { Attribute = AttributePath.Of("password") }]));
        }

        _directory = directory;
        return Task.FromResult(new Kolumn.Protocol.Runtime.InitResult([]));
    }

    public Task<Capabilities> CapabilitiesAsync(CancellationToken cancellationToken) => Task.FromResult(Describe(behaviour.Provider));

    public Task<RuntimePlan> PlanAsync(RuntimePlanRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        behaviour.Plans.Add(request);
        behaviour.BeforePlan?.Invoke();
        return Task.FromResult(Plan(request));
    }

    public async Task<RuntimeApplyResult> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        behaviour.Applies.Add(request);
        var plan = Plan(request.Request);
        if (plan.PlanHash != request.Plan.PlanHash)
        {
            return new RuntimeApplyResult { Success = false, Diagnostics = [Diagnostic.Error(DiagnosticCodes.StalePlan, "Something has moved")] };
        }

        var undo = new Stack<Action>();
        var results = new List<ApplyResult>();
        foreach (var operation in plan.Operations)
        {
            if (behaviour.CrashAfter == operation.Address)
            {
                Do(operation, request.Request, undo);
                throw new ProviderCallException(ProviderCallFailure.Defect, "the provider process ended with exit code 137");
            }

            if (behaviour.CancelAt is { } cancelAt && cancelAt.Address == operation.Address)
            {
                await cancelAt.Source.CancelAsync();
                if (behaviour.Hanging is { } hanging)
                {
                    hanging();
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
            }

            if (behaviour.FailAt == operation.Address)
            {
                var reason = Diagnostic.Error(DiagnosticCodes.Permission, "permission denied") with { Address = operation.Address, Attribute = AttributePath.Of("content") };
                results.Add(Result(operation, null) with { Success = false, Error = "permission denied", Diagnostic = reason });
                if (behaviour.IsAtomic)
                {
                    while (undo.TryPop(out var step))
                    {
                        step();
                    }

                    var skipped = results.Select(r => r.Success ? r with { Success = false, Skipped = true, State = null } : r);
                    return new RuntimeApplyResult { Success = false, RolledBack = true, Results = [.. skipped], Diagnostics = [reason] };
                }

                return new RuntimeApplyResult { Success = false, Results = results, Diagnostics = [reason] };
            }

            request.OnEvent?.Invoke(new ProviderEvent { Type = "progress", Address = operation.Address, Message = "writing" });
            var state = Do(operation, request.Request, undo);
            var result = Result(operation, state) with { QuarantineLocation = behaviour.MovedTo.GetValueOrDefault(operation.Address) };
            results.Add(result);
            if (!behaviour.IsAtomic)
            {
                request.OnEvent?.Invoke(new ProviderEvent { Type = "resource", Result = result });
            }
        }

        return new RuntimeApplyResult { Success = true, Results = results };
    }

    public Task<InspectResult> InspectAsync(InspectRequest request, CancellationToken cancellationToken)
    {
        behaviour.Inspections.Add(request);
        return Task.FromResult(new InspectResult
        {
            State = [.. behaviour.Existing.Where(e => request.Resources.Count == 0 || request.Resources.Any(r => r.Type == e.Type && r.Name == e.Name))],
        });
    }

    public Task CloseAsync(CancellationToken cancellationToken)
    {
        behaviour.Closed++;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RuntimePlan Plan(RuntimePlanRequest request)
    {
        var operations = new List<PlannedResource>();
        var diagnostics = new List<Diagnostic>();
        var current = request.CurrentState.ToDictionary(r => r.Address, StringComparer.Ordinal);
        foreach (var desired in Ordered(request))
        {
            var wanted = Definition(desired);
            var actual = Read(desired.Type, NameOf(wanted, desired.Name));
            current.TryGetValue(desired.Address, out var recorded);
            var differs = actual is not null && !CanonicalJson.AreEqual(wanted, actual);
            if (recorded is null && differs)
            {
                diagnostics.Add(Diagnostic.Error(DiagnosticCodes.AdoptionConflict, "exists and differs") with { Address = desired.Address, Attribute = AttributePath.Of("content") });
            }

            if (behaviour.RefusePath is { } path && path.Address == desired.Address)
            {
                diagnostics.Add(Diagnostic.Error(DiagnosticCodes.InvalidValue, "not accepted") with { Address = desired.Address, Attribute = path.Path });
            }

            var action = actual is null ? ResourceActions.Create
                : recorded is null ? ResourceActions.Read
                : differs ? ResourceActions.Update
                : ResourceActions.NoOp;
            operations.Add(new PlannedResource
            {
                ResourceType = desired.Type,
                Name = desired.Name,
                Address = desired.Address,
                Action = action,
                Statements = [$"write {wanted.ToJsonString()}"],
                Drift = recorded is not null && actual is not null && recorded.State["content"]?.GetValue<string>() != actual["content"]?.GetValue<string>() && recorded.State.ContainsKey("content")
                    ? new Dictionary<string, AttributeChange> { ["content"] = new() { OldValue = recorded.State["content"]?.DeepClone(), NewValue = actual["content"]?.DeepClone() } }
                    : null,
            });
        }

        var wantedAddresses = request.DesiredState.Select(d => d.Address).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in Enumerable.Reverse(request.CurrentState.Where(r => !wantedAddresses.Contains(r.Address)).ToList()))
        {
            operations.Add(new PlannedResource { ResourceType = gone.Type, Name = gone.Name, Address = gone.Address, Action = ResourceActions.Delete });
        }

        behaviour.Distort?.Invoke(operations);
        var fingerprint = string.Join('\n', operations.Select(o => $"{o.Address} {o.Action} {o.Statements?[0]}"));
        return new RuntimePlan { Provider = behaviour.Provider, Operations = operations, Diagnostics = diagnostics, PlanHash = CanonicalJson.Hash(JsonValue.Create(fingerprint)) };
    }

    private JsonObject? Do(PlannedResource operation, RuntimePlanRequest request, Stack<Action> undo)
    {
        if (operation.Action == ResourceActions.Delete)
        {
            var recorded = request.CurrentState.Single(r => r.Address == operation.Address);
            var gone = PathOf(operation.ResourceType, NameOf(recorded.State, recorded.Name));
            if (File.Exists(gone))
            {
                var before = File.ReadAllText(gone);
                undo.Push(() => File.WriteAllText(gone, before));
                File.Delete(gone);
            }

            behaviour.Log.Add($"delete {operation.Address}");
            return null;
        }

        var desired = request.DesiredState.Single(d => d.Address == operation.Address);
        var wanted = Definition(desired);
        var path = PathOf(desired.Type, NameOf(wanted, desired.Name));
        if (operation.Action is ResourceActions.Create or ResourceActions.Update)
        {
            var before = File.Exists(path) ? File.ReadAllText(path) : null;
            undo.Push(() =>
            {
                if (before is null)
                {
                    File.Delete(path);
                }
                else
                {
                    File.WriteAllText(path, before);
                }
            });
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, wanted.ToJsonString());
            behaviour.Log.Add($"{operation.Action} {operation.Address}");
        }

        var state = wanted.DeepClone().AsObject();
        state["size"] = wanted["content"]?.GetValue<string>().Length ?? 0;
        state["location"] = $"files/{NameOf(wanted, desired.Name)}";
        return state;
    }

    private static IEnumerable<DesiredResource> Ordered(RuntimePlanRequest request)
    {
        var left = request.DesiredState.ToList();
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (left.Count > 0)
        {
            var next = left.First(d => d.DependsOn.All(done.Contains));
            left.Remove(next);
            done.Add(next.Address);
            yield return next;
        }
    }

    private static JsonObject Definition(DesiredResource desired)
    {
        var definition = desired.Config.DeepClone().AsObject();
        definition["name"] ??= desired.Name;
        return definition;
    }

    private JsonObject? Read(string type, string name) =>
        File.Exists(PathOf(type, name)) ? JsonNode.Parse(File.ReadAllText(PathOf(type, name)))!.AsObject() : null;

    private string PathOf(string type, string name) => Path.Combine(_directory ?? throw new InvalidOperationException("not configured"), type, name + ".json");

    private static string NameOf(JsonObject definition, string label) => definition["name"]?.GetValue<string>() ?? label;

    private static ApplyResult Result(PlannedResource operation, JsonObject? state) => new()
    {
        ResourceType = operation.ResourceType,
        Name = operation.Name,
        Address = operation.Address,
        Action = operation.Action,
        Success = true,
        State = state,
    };

    private static ResourceKind Kind(string type, params (string Name, AttributeSchema Schema)[] attributes)
    {
        var all = attributes.ToDictionary(a => a.Name, a => a.Schema, StringComparer.Ordinal);
        return new ResourceKind(
            type, "", ["create", "update", "delete"], new ObjectType { Attributes = all.Where(a => !a.Value.Computed).ToDictionary() }, new ObjectType { Attributes = all });
    }

    private static ObjectType Object(params (string Name, AttributeSchema Schema)[] attributes) =>
        new() { Attributes = attributes.ToDictionary(a => a.Name, a => a.Schema, StringComparer.Ordinal) };

    private static AttributeSchema ListOf(params (string Name, AttributeSchema Schema)[] members) => new()
    {
        Type = "list",
        Elem = new AttributeSchema { Type = "object", Attributes = members.ToDictionary(a => a.Name, a => a.Schema, StringComparer.Ordinal) },
    };

    private static AttributeSchema String() => new() { Type = "string" };
}

/// <summary>What a test wants of a <see cref="FilesRuntime"/>, and what it saw.</summary>
public sealed class FilesBehaviour
{
    public string Provider { get; init; } = "files";

    /// <summary>All or nothing; results are certain only in the answer.</summary>
    public bool IsAtomic { get; init; }

    public string? FailAt { get; set; }

    /// <summary>The resource is written, and then the provider is gone.</summary>
    public string? CrashAfter { get; set; }

    /// <summary>Somebody stops everything while the resource is about to be written.</summary>
    public (string Address, CancellationTokenSource Source)? CancelAt { get; set; }

    /// <summary>Called when a provider that has been stopped does not come to an end until it is made to.</summary>
    public Action? Hanging { get; set; }

    /// <summary>Where what is deleted turns out to have been moved, by address; no plan says so.</summary>
    public Dictionary<string, string> MovedTo { get; } = [];

    public (string Address, AttributePath Path)? RefusePath { get; set; }

    public Action? BeforePlan { get; set; }

    /// <summary>What a defective provider makes of its plan.</summary>
    public Action<List<PlannedResource>>? Distort { get; set; }

    /// <summary>What an inspection finds.</summary>
    public List<DiscoveredResource> Existing { get; } = [];

    public List<InspectRequest> Inspections { get; } = [];

    public ConcurrentQueue<InitRequest> Inits { get; } = [];

    public List<RuntimePlanRequest> Plans { get; } = [];

    public List<ApplyRequest> Applies { get; } = [];

    /// <summary>What was done, in order.</summary>
    public List<string> Log { get; } = [];

    public int Closed { get; set; }
}
