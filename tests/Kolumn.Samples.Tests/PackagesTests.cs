using System.IO.Compression;
using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Samples.Tests;

/// <summary>What authors get: the packages of <c>./build.sh pack</c>, and a provider that the template begins, far from this checkout.</summary>
public sealed class PackagesTests
{
    /// <summary>Any value runs this: packing, restoring and building take minutes.</summary>
    private const string Switch = "KOLUMN_TEST_PACKAGES";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private static readonly string[] Libraries = ["Kolumn.Grpc", "Kolumn.Protocol", "Kolumn.Sdk", "Kolumn.Sdk.Testing"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Template_FromThePackagesAlone_MakesAProviderThatReachesFull()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Switch) is { Length: > 0 }, $"Packing takes minutes: {Switch}=1 tries it.");
        using var folder = new TemporaryFolder();
        var packages = Path.Combine(Repository.Root, "artifacts", "packages");

        await ExpectAsync(Repository.Root, [], "/bin/sh", "build.sh", "pack");
        foreach (var library in Libraries)
        {
            var content = Content(Path.Combine(packages, $"{library}.0.1.0.nupkg"));
            content.ShouldContain($"lib/net10.0/{library}.dll");
            content.ShouldContain($"lib/net10.0/{library}.xml");
            Content(Path.Combine(packages, $"{library}.0.1.0.snupkg")).ShouldContain($"lib/net10.0/{library}.pdb");
        }

        // Of its own, so that neither an older package of the same version nor this machine's templates are taken.
        var environment = new Dictionary<string, string> { ["NUGET_PACKAGES"] = folder.File("cache"), ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" };
        folder.Write("NuGet.config", $"""<configuration><packageSources><add key="packed" value="{packages}" /></packageSources></configuration>""");
        await ExpectAsync(folder.Path, environment, "dotnet", "new", "install", Path.Combine(packages, "Kolumn.Templates.0.1.0.nupkg"), "--debug:custom-hive", folder.File("hive"));
        await ExpectAsync(folder.Path, environment, "dotnet", "new", "kolumn-provider", "-n", "shoes", "-o", "shoes", "--debug:custom-hive", folder.File("hive"));
        await ExpectAsync(folder.Path, environment, "dotnet", "build", "shoes", "--output", "built", "--nologo", "--verbosity", "quiet");
        var report = await ExpectAsync(
            folder.File("shoes/example"), [], Repository.Executable("Kolumn.Cli", "kolumn"), "verify", folder.File("built/kolumn-provider-shoes"), "--config", "verify.json");

        report.ShouldContain("shoes 1.0.0");
        report.ShouldContain("Level Full.");
    }

    private static List<string> Content(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    private static async Task<string> ExpectAsync(string folder, Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var run = await Command.RunAsync("/bin/sh", ["-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder, program, .. arguments], Limit, Token, environment);
        run.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{run.Output}\n{run.Errors}");
        return run.Output;
    }
}
