using System.Globalization;
using System.Xml.Linq;

namespace Kolumn.Build;

/// <summary>Runs every test with coverlet's collector and reports the lines covered per project; what generators write at build time is not counted.</summary>
internal static class Coverage
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var results = Path.Combine(Solution.Artifacts, "coverage");
        var exitCode = await TestRun.RunAsync(["--collect", "XPlat Code Coverage", .. arguments], results, cancellationToken);
        Console.WriteLine();
        Console.WriteLine("Lines covered, by project (a line counts when any test program ran it; child processes are not seen):");
        foreach (var (project, covered, all) in Merge(results))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {project,-32} {100.0 * covered / all,5:0.0} %   {covered} of {all}"));
        }

        return exitCode;
    }

    private static IEnumerable<(string Project, int Covered, int All)> Merge(string results)
    {
        var hits = new Dictionary<(string Project, string File, int Line), bool>();
        foreach (var report in Directory.GetFiles(results, "coverage.cobertura.xml", SearchOption.AllDirectories))
        {
            var document = XDocument.Load(report);
            var root = (string?)document.Descendants("source").FirstOrDefault() ?? "";
            foreach (var package in document.Descendants("package"))
            {
                var project = (string)package.Attribute("name")!;
                foreach (var type in package.Descendants("class"))
                {
                    var file = Path.Combine(root, (string)type.Attribute("filename")!);
                    if (file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                    {
                        continue;
                    }

                    foreach (var line in type.Elements("lines").Elements("line"))
                    {
                        var key = (project, file, (int)line.Attribute("number")!);
                        hits[key] = hits.GetValueOrDefault(key) || (int)line.Attribute("hits")! > 0;
                    }
                }
            }
        }

        return hits.GroupBy(h => h.Key.Project).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Count(h => h.Value), g.Count()));
    }
}
