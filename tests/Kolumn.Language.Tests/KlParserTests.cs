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

    private static ParseResult<ConfigFile> Parse(string text) => KlParser.Parse(new SourceText("main.kl", text));
}
