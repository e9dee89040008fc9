using System.Reflection;

namespace Kolumn.Bench;

/// <summary>Where the checkout's bench folder is.</summary>
internal static class BenchFolder
{
    public static string Root { get; } = typeof(BenchFolder).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "RepositoryRoot").Value!;

    public static string Path => System.IO.Path.Combine(Root, "bench");

    /// <summary>Where <c>./build.sh publish</c> leaves its executables.</summary>
    public static string Published(string name) => System.IO.Path.Combine(Root, "artifacts", "bin", OperatingSystem.IsWindows() ? name + ".exe" : name);
}
