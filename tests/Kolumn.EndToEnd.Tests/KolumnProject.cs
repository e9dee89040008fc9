using System.Diagnostics;
using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests;

/// <summary>A project folder of one test's own, and the real <c>kolumn</c> run in it with real provider processes.</summary>
public sealed class KolumnProject : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public string File(string name) => _folder.File(name);

    public string Write(string name, string text) => _folder.Write(name, text);

    public KolumnProject CopyFrom(params string[] example)
    {
        var source = System.IO.Path.Combine([Repository.Root, "examples", .. example]);
        foreach (var file in Directory.GetFiles(source, "*.kl"))
        {
            System.IO.File.Copy(file, File(System.IO.Path.GetFileName(file)));
        }

        return this;
    }

    /// <summary>Replaces text that must be there.</summary>
    public void Edit(string name, string old, string @new)
    {
        var text = System.IO.File.ReadAllText(File(name));
        text.ShouldContain(old);
        System.IO.File.WriteAllText(File(name), text.Replace(old, @new, StringComparison.Ordinal));
    }

    /// <summary>Runs the command line of this build, which finds the providers of this build.</summary>
    public Task<CommandResult> KolumnAsync(params string[] arguments) => KolumnAsync(new Dictionary<string, string>(), arguments);

    public Task<CommandResult> KolumnAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Command.RunAsync(Executable, [$"--chdir={Path}", .. arguments], Limit, TestContext.Current.CancellationToken, Environment(environment));

    /// <summary>The same with a script of the shell around it, in which <c>kolumn</c> is this build's.</summary>
    public Task<CommandResult> ShellAsync(string script) =>
        Command.RunAsync("/bin/sh", ["-c", $"kolumn() {{ '{Executable}' '--chdir={Path}' \"$@\"; }}; {script}"], Limit, TestContext.Current.CancellationToken, Environment(new Dictionary<string, string>()));

    /// <summary>Starts a command that something is to happen to while it runs.</summary>
    internal RunningKolumn Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, [$"--chdir={Path}", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment(new Dictionary<string, string>()))
        {
            start.Environment[name] = value;
        }

        return new RunningKolumn(start);
    }

    /// <summary>Runs a command that has to end with <paramref name="exitCode"/>; returns what it said.</summary>
    public async Task<string> ExpectAsync(int exitCode, params string[] arguments)
    {
        var run = await KolumnAsync(arguments);
        run.ExitCode.ShouldBe(exitCode, $"kolumn {string.Join(' ', arguments)}\n{run.Output}\n{run.Errors}");
        return run.Output + run.Errors;
    }

    public void Dispose() => _folder.Dispose();

    private static string Executable => Repository.Executable("Kolumn.Cli", "kolumn");

    private static Dictionary<string, string> Environment(IReadOnlyDictionary<string, string> environment)
    {
        var providers = string.Join(
            System.IO.Path.PathSeparator,
            System.IO.Path.GetDirectoryName(Repository.Executable("Kolumn.Providers.Mongo", "kolumn-provider-mongo")),
            System.IO.Path.GetDirectoryName(Repository.Executable("Kolumn.Providers.Sqlite", "kolumn-provider-sqlite")),
            System.IO.Path.GetDirectoryName(Repository.Executable("Kolumn.Providers.Postgres", "kolumn-provider-postgres")),
            System.IO.Path.GetDirectoryName(Repository.Executable("Kolumn.Providers.MySql", "kolumn-provider-mysql")));
        return new Dictionary<string, string>(environment) { ["KOLUMN_PLUGIN_DIR"] = providers, ["NO_COLOR"] = "1" };
    }
}
