using Kolumn.Servers;

namespace Kolumn.Samples.Tests;

/// <summary>What samples are built and run with, where it can be had.</summary>
internal static class Needs
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Debian packages, unless a program says that everything is there.</summary>
    /// <returns>null when it is, otherwise why not.</returns>
    public static async Task<string?> DebianAsync(string program, string[] check, string[] packages)
    {
        if (await IsThereAsync(program, check))
        {
            return null;
        }

        return await DebianPackages.InstallAsync(packages, CancellationToken.None)
            ?? (await IsThereAsync(program, check) ? null : $"{string.Join(", ", packages)} are installed and {program} still misses something");
    }

    /// <summary>A program that nobody can be asked to install.</summary>
    /// <returns>null when it runs, otherwise why not.</returns>
    public static async Task<string?> ProgramAsync(string program, params string[] check) =>
        await IsThereAsync(program, check) ? null : $"{program} is not on the PATH";

    private static async Task<bool> IsThereAsync(string program, string[] check) =>
        (await Command.RunAsync(program, check, Limit, CancellationToken.None)).Succeeded;
}
