using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Samples.Tests;

/// <summary>
/// One of the samples, built by its own build.sh once per run of the tests into a folder of theirs. What it needs is looked for first and then
/// obtained; where that cannot be done its tests are skipped with the reason.
/// </summary>
internal sealed class Sample
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(3);

    // Two installations at once would wait for each other's lock and fail.
    private static readonly SemaphoreSlim Obtaining = new(1, 1);

    private readonly string _language;
    private readonly Func<Task<string?>> _obtainAsync;
    private readonly Lazy<Task<(string? Missing, string Folder)>> _built;

    /// <param name="language">The folder below samples.</param>
    /// <param name="provider">The short name of its provider.</param>
    /// <param name="obtainAsync">null when everything that building and running takes is there, otherwise why not.</param>
    private Sample(string language, string provider, Func<Task<string?>> obtainAsync)
    {
        _language = language;
        _obtainAsync = obtainAsync;
        _built = new(BuildAsync);
        Provider = provider;
        Folder = Path.Combine(Repository.Root, "samples", language);
    }

    public static Sample Python { get; } = new("python", "pysqlite", () => Needs.DebianAsync(
        "/usr/bin/python3", ["-c", "import grpc, google.protobuf, cryptography, shutil; assert shutil.which('grpc_python_plugin')"],
        ["protobuf-compiler-grpc", "python3-grpcio", "python3-protobuf", "python3-cryptography"]));

    public static Sample Node { get; } = new("node", "redis", async () =>
        await Needs.ProgramAsync("node", "--version") ?? await Needs.ProgramAsync("npm", "--version") ?? await Needs.DebianAsync("redis-server", ["--version"], ["redis-server"]));

    public static Sample Go { get; } = new("go", "files", () => Needs.DebianAsync(
        "/bin/sh", ["-c", "go version && protoc --version && test -d /usr/share/gocode/src/github.com/hashicorp/go-plugin"],
        ["golang-go", "golang-github-hashicorp-go-plugin-dev", "protobuf-compiler"]));

    /// <summary>A project of the solution, which builds it.</summary>
    public static Sample Csharp { get; } = new("csharp", "settings", () => Task.FromResult<string?>(null));

    public string Provider { get; }

    /// <summary>In the checkout.</summary>
    public string Folder { get; }

    /// <summary>The folder with the built provider; skips the test when it cannot be built here.</summary>
    public async Task<string> BuiltAsync(CancellationToken cancellationToken)
    {
        var (missing, folder) = await _built.Value.WaitAsync(cancellationToken);
        Assert.SkipWhen(missing is not null, missing ?? "");
        return folder;
    }

    private async Task<(string?, string)> BuildAsync()
    {
        await Obtaining.WaitAsync(CancellationToken.None);
        try
        {
            if (await _obtainAsync() is { } missing)
            {
                return ($"The sample in {_language} cannot be built here: {missing}", "");
            }
        }
        finally
        {
            Obtaining.Release();
        }

        if (!File.Exists(Path.Combine(Folder, "build.sh")))
        {
            return (null, Path.GetDirectoryName(Repository.Executable($"kolumn-provider-{Provider}", $"kolumn-provider-{Provider}"))!);
        }

        var folder = Path.Combine(Repository.Root, "artifacts", "samples", _language);
        var build = await Command.RunAsync("/bin/sh", [Path.Combine(Folder, "build.sh"), folder], BuildLimit, CancellationToken.None);
        build.ExitCode.ShouldBe(0, $"samples/{_language}/build.sh\n{build.Output}\n{build.Errors}");
        return (null, folder);
    }
}
