using System.Reflection;

namespace Kolumn.Testing;

/// <summary>Where a test finds the checkout and what this build has made.</summary>
public static class Repository
{
    /// <summary>The checkout's root folder.</summary>
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary><c>debug</c> or <c>release</c>: how the running tests were built.</summary>
    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>Names a folder of published executables, absolute or below the checkout, that tests of whole programs shall run instead of this build's.</summary>
    public const string PublishedVariable = "KOLUMN_TEST_PUBLISHED";

    /// <summary>An executable of this build, for example <c>Executable("Kolumn.Cli", "kolumn")</c>.</summary>
    public static string Executable(string project, string name)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        if (Environment.GetEnvironmentVariable(PublishedVariable) is { Length: > 0 } folder)
        {
            var published = Path.GetFullPath(folder, Root);
            if (!Directory.Exists(published))
            {
                throw new DirectoryNotFoundException($"{PublishedVariable} names {published}, which does not exist: run ./build.sh publish first.");
            }

            if (File.Exists(Path.Combine(published, file)))
            {
                return Path.Combine(published, file);
            }
        }

        var path = Path.Combine(Root, "artifacts", "build", "bin", project, Configuration, file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} does not exist: build {project} first, or run ./build.sh test.", path);
    }

    /// <summary>
    /// The public sample database beside the checkout; skips the test when it is not there.
    /// </summary>
    public static string ChinookFile(string name)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", "chinook", name));
        Xunit.Assert.SkipUnless(File.Exists(path), $"The Chinook sample ({name}) does not lie beside the checkout in shared/data/chinook.");
        return path;
    }

    private static string Metadata(string key)
    {
        var tests = AppDomain.CurrentDomain.GetAssemblies().Concat([Assembly.GetEntryAssembly()!])
            .SelectMany(a => a.GetCustomAttributes<AssemblyMetadataAttribute>())
            .FirstOrDefault(a => a.Key == key);
        return tests?.Value ?? throw new InvalidOperationException($"No loaded assembly carries the metadata {key}: tests/Directory.Build.targets writes it.");
    }
}
