namespace Kolumn.Language.Tests;

public sealed class DiagnosticRendererTests
{
    [Fact]
    public void Render_SubjectWithinALine_ShowsPlaceLineCaretAndAdvice()
    {
        var parsed = KlParser.Parse(new SourceText("main.kl", "a = 1\n\tname = \"é🙂\" + shop.nmae\n"));
        var diagnostics = new DiagnosticBag();
        var scope = EvaluationScope.Of(new Dictionary<string, Value> { ["shop"] = Value.Object(("name", Value.Of("x"))) });
        Evaluator.Evaluate(parsed.Tree.Body.Attribute("name")!.Expression, scope, diagnostics);

        DiagnosticRenderer.Render(diagnostics.InSourceOrder()).ShouldBe("""
            Error: Wrong type of operand
              main.kl:2:9
                2 | 	name = "é🙂" + shop.nmae
                  | 	       ^^^^
              The operator + needs a number here, and this is a string.

            Error: Unsupported attribute
              main.kl:2:21
                2 | 	name = "é🙂" + shop.nmae
                  | 	                   ^^^^
              This object has no attribute "nmae". Did you mean "name"?

            """.ReplaceLineEndings("\n"), StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public void Render_SubjectOfSeveralLines_UnderlinesTheFirst()
    {
        var source = new SourceText("main.kl", "a = foo(\n  1\n)");
        var diagnostic = new LanguageDiagnostic(LanguageSeverity.Warning, "X", "Summary", "Detail.", source.RangeOf(4, 14));

        DiagnosticRenderer.Render(diagnostic).ShouldBe("Warning: Summary\n  main.kl:1:5\n    1 | a = foo(\n      |     ^^^^\n  Detail.\n");
    }

    [Fact]
    public void Render_NoPlace_ShowsNoSource() =>
        DiagnosticRenderer.Render(new LanguageDiagnostic(LanguageSeverity.Error, "X", "Summary", "Detail.", default)).ShouldBe("Error: Summary\n  Detail.\n");

    [Fact]
    public void Render_VeryLongLine_ShowsAWindow()
    {
        var source = new SourceText("main.kl", new string('a', 5000) + "!" + new string('b', 5000));
        var text = DiagnosticRenderer.Render(new LanguageDiagnostic(LanguageSeverity.Error, "X", "S", "D.", source.RangeOf(5000, 5001)));

        var lines = text.Split('\n');
        lines[2].Length.ShouldBe("    1 | ".Length + 160);
        lines[2][lines[3].IndexOf('^', StringComparison.Ordinal)].ShouldBe('!');
    }

    [Fact]
    public void Render_TerminalSequencesInTheSource_AreDefused()
    {
        var source = new SourceText("main.kl", "a = \e[31m");

        DiagnosticRenderer.Render(KlParser.Parse(source).Diagnostics).ShouldNotContain('\e');
    }

    [Fact]
    public void Render_WithColours_PaintsSeverityAndCaret() =>
        DiagnosticRenderer.Render(KlParser.Parse(new SourceText("main.kl", "a = ]")).Diagnostics, useColours: true)
            .ShouldStartWith("\e[31mError\e[0m: \e[1mMissing value\e[0m\n  main.kl:1:5\n    1 | a = ]\n      |     \e[31m^\e[0m\n");
}
