namespace Kolumn.Language.Tests;

public sealed class EvaluatorTests
{
    /// <summary>One expression on a line, its value in the notation of the language after the arrow.</summary>
    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("10 - 2 - 3", "5")]
    [InlineData("12 / 2 / 3", "2")]
    [InlineData("2 + 3 == 5 && 1 < 2 || false", "true")]
    [InlineData("-2 * -3", "6")]
    [InlineData("!true || true", "true")]
    [InlineData("7 % 3", "1")]
    [InlineData("-7 % 3", "-1")]
    [InlineData("1 / 3", "0.33333333333333333333333333333333333333333333333333")]
    [InlineData("2 / 3", "0.66666666666666666666666666666666666666666666666667")]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("1e3", "1000")]
    [InlineData("1.50", "1.5")]
    [InlineData("9007199254740993 + 0", "9007199254740993")]
    [InlineData("\"5\" + 1", "6")]
    [InlineData("\"${5}\"", "5")]
    [InlineData("\"${5}!\"", "\"5!\"")]
    [InlineData("\"${1.5}${true}\"", "\"1.5true\"")]
    [InlineData("\"5\" == 5", "false")]
    [InlineData("[1, 2] == [1, 2]", "true")]
    [InlineData("{ a = 1, b = 2 } == { b = 2, a = 1 }", "true")]
    [InlineData("null == null", "true")]
    [InlineData("true ? 1 : nowhere", "1")]
    [InlineData("false && nowhere", "false")]
    [InlineData("false ? 1 : true ? 2 : 3", "2")]
    [InlineData("{ b = 1, a = 2, \"c d\" = 3, (\"e\") = 4, 5 = 6 }", "{ b = 1, a = 2, \"c d\" = 3, e = 4, \"5\" = 6 }")]
    [InlineData("[for v in [3, 1, 2] : v * 2 if v > 1]", "[6, 4]")]
    [InlineData("[for i, v in [\"a\", \"b\"] : \"${i}${v}\"]", "[\"0a\", \"1b\"]")]
    [InlineData("{for k, v in { z = 1, a = 2 } : upper(k) => v}", "{ Z = 1, A = 2 }")]
    [InlineData("{for i, v in [\"a\", \"a\", \"b\"] : v => i...}", "{ a = [0, 1], b = [2] }")]
    [InlineData("[{ a = 1 }, { a = 2 }][*].a", "[1, 2]")]
    [InlineData("[{ a = [1, 2] }, { a = [3, 4] }][*].a[0]", "[1, 3]")]
    [InlineData("[{ a = [1, 2] }, { a = [3, 4] }].*.a[0]", "[1, 2]")]
    [InlineData("null[*].a", "[]")]
    [InlineData("{ a = 1 }[*].a", "[1]")]
    [InlineData("[[{ a = 1 }], [{ a = 2 }, { a = 3 }]][*][*].a", "[[1], [2, 3]]")]
    [InlineData("[10, 20].1", "20")]
    [InlineData("[[1], [2]].1.0", "2")]
    [InlineData("max([1, 5, 3]...)", "5")]
    [InlineData("try([1][5], \"none\")", "\"none\"")]
    [InlineData("can(1 / 0)", "false")]
    [InlineData("conditional(1 < 2, \"a\", nowhere)", "\"a\"")]
    [InlineData("\"%{ if true }yes%{ else }no%{ endif }\"", "\"yes\"")]
    [InlineData("\"%{ for x in [1, 2] }${x},%{ endfor }\"", "\"1,2,\"")]
    [InlineData("\"a ${~ \"b\" ~} c\"", "\"abc\"")]
    [InlineData("\"$${x} %%{ if }\"", "\"$${x} %%{ if }\"")]
    [InlineData("\"\\t\\u00e9\\U0001F600\\\"\\\\\"", "\"\\té😀\\\"\\\\\"")]
    public void Evaluate_KnownValues_GivesTheValue(string expression, string expected)
    {
        var (value, diagnostics) = Run(expression, EvaluationScope.Empty);

        diagnostics.ShouldBeEmpty();
        value.ToString().ShouldBe(expected);
    }

    internal static (Value Value, DiagnosticBag Diagnostics) Run(string expression, EvaluationScope scope)
    {
        var parsed = KlParser.ParseExpression(new SourceText("main.kl", expression));
        var diagnostics = new DiagnosticBag();
        diagnostics.AddRange(parsed.Diagnostics);
        return (Evaluator.Evaluate(parsed.Tree, scope, diagnostics), diagnostics);
    }
}
