using System.Text;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Tests;

/// <summary>
/// Whatever the text is: the parser and the evaluator answer, and every range they give lies within the text. KOLUMN_FUZZ_ROUNDS
/// in the environment multiplies the number of texts.
/// </summary>
public sealed class NeverCrashTests(ITestOutputHelper output)
{
    private static readonly string[] Fragments =
    [
        "a", "b = ", "=", "==", "{", "}", "[", "]", "(", ")", "\"", "${", "%{", "~}", "~", "}", "\n", "\r\n", " ", "\t", "<<EOT\n", "<<-EOT\n", "\nEOT\n", "for ", "in ",
        "if ", "else", "endif", "endfor", ":", "=>", "...", ",", ".", "*", "?", "!", "-", "&&", "||", "1", "2.5", "1e9", "\\", "\\u12", "#", "//", "/*", "*/", "null",
        "true", "try(", "range(", "[*]", ".*", "$${", "%%{", "é", "\U0001F600", "\uD800", "\0", "'", "::", "block \"x\" {\n",
    ];

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("KOLUMN_FUZZ_ROUNDS"), out var rounds) ? rounds : 1;

    private static string CasesFolder => Path.Combine(TestPaths.RepositoryRoot, "tests", "Kolumn.Language.Tests", "cases");

    [Fact]
    public void Parse_RandomBytes_AlwaysAnswers()
    {
        var random = Seeded();
        for (var i = 0; i < 1_000 * Rounds; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (SourceText.FromBytes("random.kl", bytes, new DiagnosticBag()) is { } source)
            {
                Check(source);
            }

            Check(new SourceText("random.kl", Encoding.Latin1.GetString(bytes)));
        }
    }

    [Fact]
    public void Parse_RandomFragments_AlwaysAnswers()
    {
        var random = Seeded();
        for (var i = 0; i < 5_000 * Rounds; i++)
        {
            Check(new SourceText("random.kl", string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Fragments[random.Next(Fragments.Length)]))));
        }
    }

    [Fact]
    public void Parse_MutatedFiles_AlwaysAnswers()
    {
        var files = Directory.GetFiles(CasesFolder, "*.kl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        files.ShouldNotBeEmpty();
        var random = Seeded();
        for (var i = 0; i < 2_000 * Rounds; i++)
        {
            var text = new StringBuilder(files[random.Next(files.Count)]);
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, Fragments[random.Next(Fragments.Length)]);
                        break;
                    case 2:
                        text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 60), text.Length - at)));
                        break;
                    default:
                        text.Length = at + 1;
                        break;
                }

                if (text.Length == 0)
                {
                    text.Append('x');
                }
            }

            Check(new SourceText("mutated.kl", text.ToString()));
        }
    }

    private Random Seeded()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    private static void Check(SourceText source)
    {
        try
        {
            var result = KlParser.Parse(source);
            var diagnostics = new DiagnosticBag();
            diagnostics.AddRange(result.Diagnostics);
            References.Of(result.Tree.Body);
            Evaluate(result.Tree.Body, diagnostics);
            var expression = KlParser.ParseExpression(source);
            diagnostics.AddRange(expression.Diagnostics);
            Evaluator.Evaluate(expression.Tree, EvaluationScope.Empty, diagnostics);
            TypeConstraint.Parse(expression.Tree, diagnostics);
            var template = KlParser.ParseTemplate(source);
            diagnostics.AddRange(template.Diagnostics);
            Evaluator.Evaluate(template.Tree, EvaluationScope.Empty, diagnostics);
            foreach (var diagnostic in diagnostics)
            {
                var range = diagnostic.Subject;
                (range.Start >= 0 && range.Start <= range.End && range.End <= range.Source!.Text.Length).ShouldBeTrue(diagnostic.ToString());
                DiagnosticRenderer.Render(diagnostic).ShouldNotBeEmpty();
            }
        }
        catch (Exception e) when (e is not ShouldAssertException)
        {
            throw new InvalidOperationException($"The text that did it: {ValueText.Quote(source.Text)}", e);
        }
    }

    private static void Evaluate(Body body, DiagnosticBag diagnostics)
    {
        foreach (var attribute in body.Attributes)
        {
            _ = Evaluator.Evaluate(attribute.Expression, EvaluationScope.Empty, diagnostics).ToString();
        }

        foreach (var block in body.Blocks)
        {
            Evaluate(block.Body, diagnostics);
        }
    }
}
