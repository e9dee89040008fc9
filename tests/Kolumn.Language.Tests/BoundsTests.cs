using System.Text;
using Kolumn.Language.Internal;

namespace Kolumn.Language.Tests;

/// <summary>Texts made to exhaust stack, memory or patience get a diagnostic or an answer.</summary>
public sealed class BoundsTests
{
    private const int Many = 100_000;

    [Theory]
    [InlineData("a = ", "[", "")]
    [InlineData("a = ", "(", "")]
    [InlineData("a = ", "{ a = ", "")]
    [InlineData("a = ", "!", "true")]
    [InlineData("a = ", "- ", "1")]
    [InlineData("a = ", "f(", "")]
    [InlineData("a = ", "true ? 1 : ", "1")]
    [InlineData("a = ", "true ? ", "1")]
    [InlineData("a = b", "[*]", "")]
    [InlineData("a = b", "[c", "")]
    [InlineData("a = ", "[for x in ", "")]
    [InlineData("a = \"", "${\"", "")]
    [InlineData("a = \"", "%{ if true }", "\"")]
    [InlineData("", "a {\n", "")]
    public void Parse_NestedHundredThousandDeep_ReportsInsteadOfOverflowing(string start, string step, string end)
    {
        var result = KlParser.Parse(new SourceText("main.kl", start + string.Concat(Enumerable.Repeat(step, Many)) + end));

        result.HasErrors.ShouldBeTrue();
        result.Diagnostics.Count.ShouldBeLessThanOrEqualTo(DiagnosticBag.Capacity + 1);
    }

    /// <summary>Texts on which a search from each place to the end of its line would take minutes.</summary>
    [Theory]
    [InlineData("a = <<X\n", "${b}", "\nX\n", 0)]
    [InlineData("a = \"", "${b}", "\"", 0)]
    [InlineData("a = \"", "$", "\"", 0)]
    [InlineData("a = [", "\"b\",", "]", 0)]
    [InlineData("a = \"", "${\"", "\n", 1)]
    [InlineData("", "} ", "", 1)]
    [InlineData("a = ", "'", "", 201)]
    public void Parse_OneLineOfMegabytes_TakesLinearTime(string start, string step, string end, int diagnostics)
    {
        var result = KlParser.Parse(new SourceText("main.kl", start + string.Concat(Enumerable.Repeat(step, 2 * Many)) + end));

        result.Diagnostics.Count.ShouldBe(diagnostics);
    }

    [Fact]
    public void Parse_NestedToTheLimit_Works()
    {
        var (value, diagnostics) = EvaluatorTests.Run(new string('[', 200) + new string(']', 200), EvaluationScope.Empty);

        diagnostics.ShouldBeEmpty();
        value.Depth.ShouldBe(199);
    }

    [Fact]
    public void Parse_NestedBeyondTheLimit_SaysSoOnce()
    {
        var result = KlParser.Parse(new SourceText("main.kl", "a = " + new string('[', 300) + new string(']', 300) + "\nb = = 2\n"));

        result.Diagnostics.Select(d => $"{d.Code} {d.Subject}").ShouldBe(["NESTED_TOO_DEEPLY main.kl:1:261", "INVALID_EXPRESSION main.kl:2:5"]);
    }

    [Theory]
    [InlineData("1", " + 1", "100001")]
    [InlineData("true", " && true", "true")]
    [InlineData("false", " || false", "false")]
    public void Evaluate_ChainOfHundredThousandOperators_Works(string start, string step, string expected)
    {
        var (value, diagnostics) = EvaluatorTests.Run(start + string.Concat(Enumerable.Repeat(step, Many)), EvaluationScope.Empty);

        diagnostics.ShouldBeEmpty();
        value.ToString().ShouldBe(expected);
    }

    [Fact]
    public void References_ChainOfHundredThousandOperators_AreAllFound()
    {
        var parsed = KlParser.ParseExpression(new SourceText("main.kl", "a.b" + string.Concat(Enumerable.Repeat(" + a.b", Many))));

        References.Of(parsed.Tree).Count.ShouldBe(Many + 1);
    }

    [Fact]
    public void Evaluate_NamesThatDoubleEachOther_StopAtTheLimit()
    {
        var scope = new Dictionary<string, Value> { ["x0"] = Value.Of("x") };
        var diagnostics = new DiagnosticBag();
        for (var i = 1; i <= 60; i++)
        {
            var expression = KlParser.ParseExpression(new SourceText("main.kl", $"[x{i - 1}, x{i - 1}]")).Tree;
            scope[$"x{i}"] = Evaluator.Evaluate(expression, EvaluationScope.Of(scope), diagnostics);
        }

        diagnostics.ShouldNotBeEmpty();
        diagnostics[0].Code.ShouldBe(LanguageCodes.ValueTooLarge);
        scope.Values.ShouldAllBe(v => v.Weight <= Evaluator.MaxWeight);
    }

    [Fact]
    public void Evaluate_TextThatDoublesItself_StopsAtTheLimit()
    {
        var value = Value.Of(new string('x', 1024));
        var diagnostics = new DiagnosticBag();
        var expression = KlParser.ParseExpression(new SourceText("main.kl", "\"${x}${x}\"")).Tree;
        for (var i = 0; i < 20; i++)
        {
            value = Evaluator.Evaluate(expression, EvaluationScope.Of(new Dictionary<string, Value> { ["x"] = value }), diagnostics);
        }

        diagnostics.ShouldHaveSingleItem().Code.ShouldBe(LanguageCodes.ValueTooLarge);
        value.IsUnknown.ShouldBeTrue();
    }

    [Theory]
    [InlineData("replace(big, \"x\", big)")]
    [InlineData("replace(big, \"/x/\", big)")]
    [InlineData("replace(big, \"/.+/\", dollars)")]
    [InlineData("replace(big, \"\", big)")]
    [InlineData("indent(1000, lines)")]
    [InlineData("format(wide, 1)")]
    [InlineData("formatlist(\"%s\", [for i in range(300) : big])")]
    [InlineData("join(\"\", [for i in range(300) : big])")]
    public void Evaluate_CallWhoseResultWouldFillTheMemory_IsRefused(string call)
    {
        var scope = EvaluationScope.Of(new Dictionary<string, Value>
        {
            ["big"] = Value.Of(new string('x', 1_000_000)),
            ["lines"] = Value.Of(new string('\n', 1_000_000)),
            ["dollars"] = Value.Of(string.Concat(Enumerable.Repeat("$0", 1000))),
            ["wide"] = Value.Of(string.Concat(Enumerable.Repeat("%1000[1]d", 20_000))),
        });

        var (value, diagnostics) = EvaluatorTests.Run(call, scope);

        value.IsUnknown.ShouldBeTrue();
        diagnostics.ShouldHaveSingleItem().Code.ShouldBeOneOf(LanguageCodes.InvalidArgument, LanguageCodes.ValueTooLarge);
    }

    [Fact]
    public void Evaluate_LoopsWithinLoops_StopWhenTheBudgetIsSpent()
    {
        var expression = KlParser.ParseExpression(new SourceText("main.kl",
            "length([for a in range(100000) : try([for b in range(100000) : a + b], null)])")).Tree;
        var diagnostics = new DiagnosticBag();

        var value = new ExpressionEvaluator(diagnostics, new EvaluationBudget(300_000)).Evaluate(expression, EvaluationScope.Empty);

        diagnostics.ShouldContain(d => d.Summary == "Evaluation takes too long");
        diagnostics.Count(d => d.Summary == "Evaluation takes too long").ShouldBe(1);
        value.IsUnknown.ShouldBeTrue();
    }

    [Fact]
    public void Evaluate_NamesThatReferToEachOtherInACircle_ReportsInsteadOfOverflowing()
    {
        var expression = KlParser.ParseExpression(new SourceText("main.kl", "[x]")).Tree;
        EvaluationScope? scope = null;
        scope = new EvaluationScope((_, diagnostics) => Resolution.Found(Evaluator.Evaluate(expression, scope!, diagnostics)));
        var found = new DiagnosticBag();

        Evaluator.Evaluate(expression, scope, found);

        found.ShouldContain(d => d.Code == LanguageCodes.NestedTooDeeply);
    }

    [Fact]
    public void Parse_TenThousandMistakes_KeepsTheFirstOnes()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            text.Append('a').Append(i).Append(" = = 1\n");
        }

        var result = KlParser.Parse(new SourceText("main.kl", text.ToString()));

        result.Diagnostics.Count.ShouldBe(DiagnosticBag.Capacity + 1);
        result.Diagnostics[^1].Detail.ShouldStartWith("9800 further ones");
        result.Diagnostics[0].Subject.ToString().ShouldBe("main.kl:1:6");
        result.Tree.Body.Attributes.Count.ShouldBe(10_000);
    }
}
