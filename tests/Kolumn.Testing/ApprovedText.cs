namespace Kolumn.Testing;

/// <summary>
/// A text that is made from the code and checked in, so that nobody changes by accident what others rely on. <c>./build.sh api</c> writes all of them anew,
/// by running their tests with <see cref="AcceptVariable"/> set.
/// </summary>
public static class ApprovedText
{
    public const string AcceptVariable = "KOLUMN_ACCEPT_API";

    // More of a difference than this is not read on a terminal: the command shows it as a change of the file.
    private const int MostLines = 60;

    /// <param name="file">Below the checkout, with forward slashes.</param>
    /// <param name="actual">Line by line.</param>
    /// <param name="meaning">What lines that are gone or new mean; null when there is nothing to say.</param>
    public static void ShouldBe(string file, IReadOnlyList<string> actual, Func<IReadOnlyList<string>, IReadOnlyList<string>, string?> meaning)
    {
        var path = Path.Combine(Repository.Root, file);
        if (Environment.GetEnvironmentVariable(AcceptVariable) is { Length: > 0 })
        {
            File.WriteAllText(path, string.Join('\n', actual) + "\n");
            return;
        }

        string[] approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n') : [];
        if (approved.SequenceEqual(actual))
        {
            return;
        }

        var (gone, added) = (Without(Placed(approved), Placed(actual)), Without(Placed(actual), Placed(approved)));
        string[] shown = [.. gone.Select(l => $"- {l}"), .. added.Select(l => $"+ {l}")];
        var difference = shown.Length == 0 ? ["(the same lines in another order)"] : shown.Length > MostLines ? [.. shown[..MostLines], $"… and {shown.Length - MostLines} lines more"] : shown;
        Xunit.Assert.Fail($"""
            {file} is no longer what the code says:

            {string.Join('\n', difference)}

            {meaning(gone, added)}
            If this is meant: run ./build.sh api, read what it changes in {file}, and commit that with the code.
            """);
    }

    /// <summary>A line that is indented says little without the one that it is below.</summary>
    private static IEnumerable<string> Placed(IEnumerable<string> lines)
    {
        var head = "";
        foreach (var line in lines)
        {
            head = line.StartsWith(' ') ? head : line;
            yield return ReferenceEquals(head, line) ? line : $"{head} › {line.Trim()}";
        }
    }

    private static List<string> Without(IEnumerable<string> lines, IEnumerable<string> others)
    {
        var left = others.GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());
        return [.. lines.Where(line =>
        {
            var count = left.GetValueOrDefault(line);
            left[line] = count - 1;
            return count <= 0;
        })];
    }
}
