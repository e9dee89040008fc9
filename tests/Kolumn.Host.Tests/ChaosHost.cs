using System.Collections.Concurrent;
using System.Reflection;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

/// <summary>
/// A host in a directory of its own whose providers misbehave to order. Disposing it asserts what every scenario demands: no
/// process, no zombie and no file is left.
/// </summary>
public sealed class ChaosHost : IAsyncDisposable, ILoggerFactory, ILogger
{
    private readonly PluginHost _host;

    public ChaosHost(string behaviour = "", Func<HostOptions, HostOptions>? change = null, TimeProvider? time = null)
    {
        Root = Directory.CreateTempSubdirectory("host-").FullName;
        Scratch = Directory.CreateDirectory(Path.Combine(Root, "s")).FullName;
        Workspace = Directory.CreateDirectory(Path.Combine(Root, "w")).FullName;
        Launcher = new RecordingLauncher();
        var options = new HostOptions
        {
            ProviderDirectories = [ChaosDirectory],
            WorkspaceDirectory = Workspace,
            HomeDirectory = null,
            ExecutableDirectory = null,
            ScratchDirectory = Scratch,
            StartTimeout = TimeSpan.FromSeconds(20),
            Variables = new Dictionary<string, string> { ["CHAOS"] = behaviour },
        };
        Options = change?.Invoke(options) ?? options;
        _host = new PluginHost(Options, this, Launcher, time);
    }

    public static string ChaosDirectory { get; } = Path.Combine(
        Metadata("RepositoryRoot"), "artifacts", "build", "bin", "ChaosProvider", Metadata("Configuration"));

    public static string ChaosExecutable => Path.Combine(ChaosDirectory, "kolumn-provider-chaos");

    public PluginHost Host => _host;

    public HostOptions Options { get; }

    public string Root { get; }

    public string Scratch { get; }

    public string Workspace { get; }

    public RecordingLauncher Launcher { get; }

    /// <summary>Everything that was logged: level and rendered text.</summary>
    public ConcurrentQueue<(LogLevel Level, string Text)> Logged { get; } = new();

    /// <summary>The structured values of what was logged.</summary>
    public ConcurrentQueue<IReadOnlyList<KeyValuePair<string, object?>>> Values { get; } = new();

    public Task<PluginProvider> StartAsync() => _host.StartAsync(new ProviderRequirement("chaos"), TestContext.Current.CancellationToken);

    public async Task<PluginException> FailToStartAsync()
    {
        var failure = await Should.ThrowAsync<PluginException>(StartAsync);
        failure.Provider.ShouldBe("chaos");
        AssertNothingIsLeft();
        return failure;
    }

    /// <summary>An executable script that stands for the provider.</summary>
    public string Script(string body, string name = "chaos", string firstLine = "#!/bin/sh")
    {
        var directory = Directory.CreateDirectory(Path.Combine(Root, "scripts")).FullName;
        var path = Path.Combine(directory, "kolumn-provider-" + name);
        File.WriteAllText(path, $"{firstLine}\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public ProviderExecutable ScriptExecutable(string body) => new(new ProviderRequirement("chaos"), Script(body), null);

    public async Task<PluginException> FailToStartScriptAsync(string body)
    {
        var executable = ScriptExecutable(body);
        var failure = await Should.ThrowAsync<PluginException>(() => _host.StartAsync(executable, TestContext.Current.CancellationToken));
        failure.Provider.ShouldBe("chaos");
        failure.Path.ShouldBe(executable.Path);
        failure.NextStep.ShouldNotBeEmpty();
        AssertNothingIsLeft();
        return failure;
    }

    public void AssertNothingIsLeft()
    {
        foreach (var (pid, startTime) in Launcher.Started)
        {
            var left = ProcessTree.Read(pid);
            (left is null || left.StartTime != startTime).ShouldBeTrue($"process {pid} is left, in state {left?.State}");
        }

        Directory.EnumerateFileSystemEntries(Scratch).ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        AssertNothingIsLeft();
        Directory.Delete(Root, recursive: true);
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider)
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Logged.Enqueue((logLevel, formatter(state, exception)));
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            Values.Enqueue([.. values]);
        }
    }

    void IDisposable.Dispose()
    {
    }

    private static string Metadata(string key) =>
        typeof(ChaosHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}

/// <summary>The system's launcher, with a record of what it started.</summary>
public sealed class RecordingLauncher : IProviderLauncher
{
    private readonly UnixProviderLauncher _launcher = new();

    /// <summary>Pid and start time, which together name a process for ever.</summary>
    public ConcurrentQueue<(int Pid, long StartTime)> Started { get; } = new();

    public ConcurrentQueue<LaunchRequest> Requests { get; } = new();

    public ProviderProcess Launch(LaunchRequest request)
    {
        Requests.Enqueue(request);
        var process = _launcher.Launch(request);
        Started.Enqueue((process.Id, ProcessTree.Read(process.Id)!.StartTime));
        return process;
    }
}
