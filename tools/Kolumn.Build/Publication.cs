using System.Runtime.InteropServices;

namespace Kolumn.Build;

/// <summary>
/// Leaves the command line and the providers in artifacts/bin, one file each: what the lock file's checksum covers is then the
/// whole program. Compiled ahead of time, because a provider's start is part of every command.
/// </summary>
internal static class Publication
{
    private static readonly string[] Projects = ["Kolumn.Cli", "Kolumn.Providers.Sqlite", "Kolumn.Providers.Postgres", "Kolumn.Providers.MySql", "Kolumn.Providers.Mongo"];

    public static string Folder => Path.Combine(Solution.Artifacts, "bin");

    public static string Kolumn => Path.Combine(Folder, OperatingSystem.IsWindows() ? "kolumn.exe" : "kolumn");

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var project in Projects)
        {
            var exitCode = await Solution.DotnetAsync(
                [
                    "publish", Path.Combine(Solution.Root, "src", project, project + ".csproj"), "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier,
                    "--output", Folder, "--nologo", "--verbosity", "quiet",
                    "-p:DebugType=embedded", "-p:GenerateDocumentationFile=false",
                ],
                cancellationToken);
            if (exitCode != 0)
            {
                return exitCode;
            }
        }

        Console.WriteLine($"Published to {Folder}:");
        foreach (var file in new DirectoryInfo(Folder).GetFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {file.Name,-28} {file.Length / 1024.0 / 1024.0,6:0.0} MiB");
        }

        return 0;
    }
}
