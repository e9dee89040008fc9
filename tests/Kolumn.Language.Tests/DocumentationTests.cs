using System.Reflection;
using System.Text.RegularExpressions;

namespace Kolumn.Language.Tests;

/// <summary>docs/language.md says what is so: its examples are run, its tables compared.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestPaths.RepositoryRoot, "docs", "language.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> Examples => [.. Fence().Matches(Page).Select(m => m.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_OfTheLanguagePage_MeansWhatThePageSays(string text)
    {
        var parsed = KlParser.Parse(new SourceText("docs/language.md", text));

        parsed.Diagnostics.ShouldBeEmpty();
        foreach (var attribute in parsed.Tree.Body.Attributes)
        {
            var diagnostics = new DiagnosticBag();
            var value = Evaluator.Evaluate(attribute.Expression, EvaluationScope.Empty, diagnostics);
            diagnostics.ShouldBeEmpty();
            var end = attribute.Range.End;
            var claim = Claim().Match(text, end);
            claim.Success.ShouldBeTrue(attribute.Name);
            value.ToString().ShouldBe(claim.Groups[1].Value, attribute.Name);
        }
    }

    [Fact]
    public void Examples_EveryFileOfTheRepository_Parses()
    {
        var files = Directory.GetFiles(Path.Combine(TestPaths.RepositoryRoot, "examples"), "*.kl", SearchOption.AllDirectories);

        files.ShouldNotBeEmpty();
        files.SelectMany(f => KlParser.Parse(new SourceText(f, File.ReadAllText(f))).Diagnostics).ShouldBeEmpty();
    }

    [Fact]
    public void Functions_OfTheLanguagePage_AreThoseThatExist() =>
        Rows("functions").ShouldBe(FunctionTable.Standard.All.Select(f => $"| `{f.Signature}` | {f.Summary} |"));

    [Fact]
    public void Codes_OfTheLanguagePage_AreThoseThatExist() =>
        Rows("codes").Select(row => row.Split('`')[1]).Order(StringComparer.Ordinal).ShouldBe(
            typeof(LanguageCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal));

    /// <summary>The rows of the table between two marks, its two header lines left out.</summary>
    private static IEnumerable<string> Rows(string mark)
    {
        var start = Page.IndexOf($"<!-- {mark} -->\n", StringComparison.Ordinal);
        var end = Page.IndexOf($"<!-- /{mark} -->", StringComparison.Ordinal);
        return Page[start..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(3);
    }

    [GeneratedRegex("^```kl\\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("\\G\\s*# => (.*)$", RegexOptions.Multiline)]
    private static partial Regex Claim();
}
