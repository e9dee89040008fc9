namespace Kolumn.Build;

/// <summary>Publishes what is measured, then runs bench/Kolumn.Bench.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (await Publication.RunAsync(cancellationToken) is not 0 and var failed)
        {
            return failed;
        }

        return await Solution.DotnetAsync(
            ["run", "--project", Path.Combine(Solution.Root, "bench", "Kolumn.Bench"), "--configuration", "Release", "--", .. arguments], cancellationToken);
    }
}
