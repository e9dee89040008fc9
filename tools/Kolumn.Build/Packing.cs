namespace Kolumn.Build;

/// <summary>
/// Leaves in artifacts/packages what authors of providers reference, with symbols and documentation, and the templates that begin with it. Nothing
/// is pushed anywhere.
/// </summary>
internal static class Packing
{
    private static readonly string[] Projects = ["src/Kolumn.Grpc", "src/Kolumn.Protocol", "src/Kolumn.Sdk", "src/Kolumn.Sdk.Testing", "templates"];

    private static string Folder => Path.Combine(Solution.Artifacts, "packages");

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var project in Projects)
        {
            var exitCode = await Solution.DotnetAsync(
                [
                    "pack", Path.Combine(Solution.Root, project), "--configuration", "Release", "--output", Folder, "--nologo", "--verbosity", "quiet",
                    "-p:PackageLicenseExpression=MIT", .. project == "templates" ? Array.Empty<string>() : ["-p:IncludeSymbols=true", "-p:SymbolPackageFormat=snupkg"],
                ],
                cancellationToken);
            if (exitCode != 0)
            {
                return exitCode;
            }
        }

        Console.WriteLine($"Packed into {Folder}:");
        foreach (var file in new DirectoryInfo(Folder).GetFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {file.Name}");
        }

        return 0;
    }
}
