using Kolumn.Language.Syntax;

namespace Kolumn.Language.Tests;

public sealed class KlParserTests
{
    [Fact]
    public void Parse_BlockWithLabelsAndAttributes_KeepsTheOrderOfTheText()
    {
        var result = Parse("create \"postgres_table\" users {\n  name = \"u\"\n  column \"id\" { type = \"int\" }\n  size = 2\n}\n");

        result.Diagnostics.ShouldBeEmpty();
        var block = result.Tree.Body.Blocks.ShouldHaveSingleItem();
        block.Type.ShouldBe("create");
        block.Labels.Select(l => l.Text).ShouldBe(["postgres_table", "users"]);
        block.Labels.Select(l => l.IsQuoted).ShouldBe([true, false]);
        block.HeaderRange.Text.ShouldBe("create \"postgres_table\" users");
        block.Body.Items.Select(i => i is AttributeSyntax a ? a.Name : ((BlockSyntax)i).Type).ShouldBe(["name", "column", "size"]);
        block.Body.Attribute("size")!.Range.ToString().ShouldBe("main.kl:4:3");
    }

    [Fact]
    public void Parse_SeveralMistakes_ReportsAllAndKeepsTheRest()
    {
        var result = Parse("a = [1, 2\nb = = 3\nc = \"abc\nd = \"${foo\"\ne = 5\n");

        result.Diagnostics.Select(d => $"{d.Code} {d.Subject.StartLine}:{d.Subject.StartColumn}-{d.Subject.EndColumn}").ShouldBe(
        [
            "UNCLOSED_BRACKET 1:5-6",
            "INVALID_EXPRESSION 2:5-6",
            "UNCLOSED_STRING 3:5-9",
            "UNCLOSED_INTERPOLATION 4:6-8",
        ]);
        result.Tree.Body.Attribute("e")!.Expression.ShouldBeOfType<LiteralExpression>().Value.ShouldBe(Value.Of(5));
    }

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("(1)", "\"(1)\"")]
    [InlineData("a\\nb \"${1 + 1}\" $${c}\n", "\"a\\\\nb \\\"2\\\" $${c}\\n\"")]
    [InlineData("${[1]}", "[1]")]
    [InlineData("%{ for x in [1, 2] ~}\n${x}\n%{ endfor ~}\nEOT\n", "\"1\\n2\\nEOT\\n\"")]
    public void ParseTemplate_WholeText_IsATemplate(string text, string expected)
    {
        var parsed = KlParser.ParseTemplate(new SourceText("query.sql", text));

        parsed.Diagnostics.ShouldBeEmpty();
        Evaluator.Evaluate(parsed.Tree, EvaluationScope.Empty, new DiagnosticBag()).ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("a ${b", "UNCLOSED_INTERPOLATION query.sql:1:3")]
    [InlineData("a\n%{ if true }", "INVALID_TEMPLATE query.sql:2:1")]
    [InlineData("a ${\"b\n} c", "UNCLOSED_STRING query.sql:1:5")]
    public void ParseTemplate_Mistake_IsReported(string text, string expected) =>
        KlParser.ParseTemplate(new SourceText("query.sql", text)).Diagnostics.Select(d => $"{d.Code} {d.Subject}").ShouldBe([expected]);

    [Theory]
    [InlineData("1 2", "INVALID_EXPRESSION -var x:1:3")]
    [InlineData("", "INVALID_EXPRESSION -var x:1:1")]
    [InlineData("[1,\n2", "UNCLOSED_BRACKET -var x:1:1")]
    public void ParseExpression_Mistake_IsReported(string text, string expected) =>
        KlParser.ParseExpression(new SourceText("-var x", text)).Diagnostics.Select(d => $"{d.Code} {d.Subject}").ShouldBe([expected]);

    private static ParseResult<ConfigFile> Parse(string text) => KlParser.Parse(new SourceText("main.kl", text));
}
