using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Samples.Tests;

/// <summary>A project folder with a sample's example in it, and the real <c>kolumn</c> run there with the sample's provider.</summary>
internal sealed class SampleProject : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly string _providers;

    private SampleProject(string providers) => _providers = providers;

    public string Path => _folder.Path;

    /// <summary>Of the <c>kolumn</c> that is run, beside what it inherits.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["NO_COLOR"] = "1" };

    public static async Task<SampleProject> OfAsync(Sample sample, CancellationToken cancellationToken)
    {
        var project = new SampleProject(await sample.BuiltAsync(cancellationToken));
        foreach (var file in Directory.GetFiles(System.IO.Path.Combine(sample.Folder, "example")))
        {
            File.Copy(file, project.FileOf(System.IO.Path.GetFileName(file)));
        }

        return project;
    }

    public string FileOf(string name) => _folder.File(name);

    /// <summary>Replaces text that must be there.</summary>
    public void Edit(string name, string old, string @new)
    {
        var text = File.ReadAllText(FileOf(name));
        text.ShouldContain(old);
        File.WriteAllText(FileOf(name), text.Replace(old, @new, StringComparison.Ordinal));
    }

    /// <summary>Runs a command that has to end with <paramref name="exitCode"/>; returns what it said.</summary>
    public async Task<string> ExpectAsync(int exitCode, params string[] arguments)
    {
        Environment["KOLUMN_PLUGIN_DIR"] = _providers;
        var run = await Command.RunAsync(
            Repository.Executable("Kolumn.Cli", "kolumn"), [$"--chdir={Path}", .. arguments], Limit, TestContext.Current.CancellationToken, Environment);
        run.ExitCode.ShouldBe(exitCode, $"kolumn {string.Join(' ', arguments)}\n{run.Output}\n{run.Errors}");
        return run.Output + run.Errors;
    }

    public void Dispose() => _folder.Dispose();
}
