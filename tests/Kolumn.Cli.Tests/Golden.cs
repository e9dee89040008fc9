using System.Runtime.CompilerServices;
using Kolumn.Testing;

namespace Kolumn.Cli.Tests;

/// <summary>
/// Texts that people read, kept as files below golden/. KOLUMN_UPDATE_GOLDEN=1 writes them anew, for a review by eye.
/// </summary>
internal static class Golden
{
    public static void ShouldMatch(string actual, [CallerMemberName] string name = "")
    {
        var path = Path.Combine(Repository.Root, "tests", "Kolumn.Cli.Tests", "golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("KOLUMN_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        File.Exists(path).ShouldBeTrue($"{path} does not exist; KOLUMN_UPDATE_GOLDEN=1 writes it");
        actual.ShouldBe(File.ReadAllText(path));
    }
}
