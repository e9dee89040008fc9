namespace Kolumn.Build;

/// <summary>Writes the checked-in texts that are made from the code: the public API of the packages, and the payloads. What they are for is in tests/Kolumn.Testing/ApprovedText.cs.</summary>
internal static class Approving
{
    private static readonly string[] Tests = ["Kolumn.Protocol.Tests", "Kolumn.Sdk.Tests"];

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var project in Tests)
        {
            var exitCode = await Solution.DotnetAsync(
                ["test", Path.Combine(Solution.Root, "tests", project), "--nologo", "--verbosity", "quiet", "-p:RunAnalyzers=false", "--filter", "FullyQualifiedName~Approved"],
                cancellationToken,
                new Dictionary<string, string> { ["KOLUMN_ACCEPT_API"] = "1" });
            if (exitCode != 0)
            {
                return exitCode;
            }
        }

        Console.WriteLine("Written: src/*/PublicApi.txt and protos/kolumn/provider/v1/payloads.txt. Read what changes (git diff) before it is committed.");
        return 0;
    }
}
