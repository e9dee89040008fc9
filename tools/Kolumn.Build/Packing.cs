namespace Kolumn.Build;

/// <summary>
/// Leaves in artifacts/packages what authors of providers reference, with symbols and documentation, and the templates that begin with it. Nothing
/// is pushed anywhere.
/// </summary>
internal static class Packing
{
    // Each references the one before it: the last one's build is all of theirs.
    private static readonly string[] Libraries = ["src/Kolumn.Grpc", "src/Kolumn.Protocol", "src/Kolumn.Sdk", "src/Kolumn.Sdk.Testing"];

    private static string Folder => Path.Combine(Solution.Artifacts, "packages");

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var exitCode = await Solution.BuildAsync(Libraries[^1], "Release", analyze: false, cancellationToken);
        foreach (var library in Libraries)
        {
            exitCode = exitCode is 0 ? await PackAsync(library, ["--no-build", "-p:IncludeSymbols=true", "-p:SymbolPackageFormat=snupkg"], cancellationToken) : exitCode;
        }

        exitCode = exitCode is 0 ? await PackAsync("templates", [], cancellationToken) : exitCode;
        if (exitCode is not 0)
        {
            return exitCode;
        }

        Console.WriteLine($"Packed into {Folder}:");
        foreach (var file in new DirectoryInfo(Folder).GetFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {file.Name}");
        }

        return 0;
    }

    private static Task<int> PackAsync(string project, string[] arguments, CancellationToken cancellationToken) => Solution.DotnetAsync(
        ["pack", Path.Combine(Solution.Root, project), "--configuration", "Release", "--output", Folder, "--nologo", "--verbosity", "quiet", "-p:PackageLicenseExpression=MIT", .. arguments],
        cancellationToken);
}
