using System.Text.Json.Nodes;
using Kolumn.Core.Applying;
using Kolumn.Core.Configuration;
using Kolumn.Core.Planning;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Tests.Support;

/// <summary>A project in a temporary directory with providers that manage files beside it.</summary>
public sealed class TestProject : IDisposable
{
    public const string Provider = """
        provider "files" {
          directory = env.FILES
        }

        """;

    private readonly TemporaryDirectory _directory = new();

    public TestProject(params FilesBehaviour[] behaviours)
    {
        Behaviours = behaviours.Length > 0 ? behaviours : [new FilesBehaviour()];
        foreach (var behaviour in Behaviours)
        {
            Registry.Register(behaviour.Provider, _ => Task.FromResult<IProviderRuntime>(new FilesRuntime(behaviour)));
        }
    }

    public FilesBehaviour[] Behaviours { get; }

    public FilesBehaviour Files => Behaviours[0];

    public RuntimeRegistry Registry { get; } = new();

    public RecordingObserver Observer { get; } = new();

    public string Path => System.IO.Path.Combine(_directory.Path, "project");

    /// <summary>Where the files are that stand for database objects.</summary>
    public string World => System.IO.Path.Combine(_directory.Path, "world");

    public StateDirectory StateDirectory => new(Path);

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public List<KeyValuePair<string, string>> Variables { get; } = [];

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Write(string text, string name = "main.kl") => _directory.Write($"project/{name}", text);

    public string PathTo(string name) => System.IO.Path.Combine(Path, name);

    public KolumnEngine Engine(TimeProvider? time = null)
    {
        Environment["FILES"] = World;
        return new KolumnEngine(new ProjectOptions { Path = Path, Environment = Environment, Variables = Variables }, Registry, Observer, time);
    }

    public Task<PlanResult> PlanAsync() => Engine().PlanAsync(isDestroy: false, Token);

    public Task<ApplyReport> ApplyAsync(string? planFile = null) => Engine().ApplyAsync(new ApplyOptions { PlanFile = planFile, Approve = Agree }, Token);

    public Task<ApplyReport> DestroyAsync() => Engine().DestroyAsync(new ApplyOptions { Approve = Agree }, Token);

    /// <summary>The survivor check: what was planned and applied leaves nothing to do.</summary>
    public async Task ShouldBeConvergedAsync()
    {
        var again = await PlanAsync();
        again.Diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty();
        again.Plan!.HasChanges.ShouldBeFalse();
    }

    public JsonObject? Read(string type, string name)
    {
        var path = System.IO.Path.Combine(World, type, name + ".json");
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : null;
    }

    public void Dispose() => _directory.Dispose();

    private static Task<bool> Agree(ProjectPlan plan, CancellationToken cancellationToken) => Task.FromResult(true);
}

public sealed class RecordingObserver : IEngineObserver
{
    private readonly List<EngineEvent> _events = [];

    public IReadOnlyList<EngineEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public void On(EngineEvent happening)
    {
        lock (_events)
        {
            _events.Add(happening);
        }
    }
}
