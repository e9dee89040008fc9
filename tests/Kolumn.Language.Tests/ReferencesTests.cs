namespace Kolumn.Language.Tests;

public sealed class ReferencesTests
{
    [Theory]
    [InlineData("var.name", "var.name")]
    [InlineData("postgres_table.users.columns[\"id\"].type", "postgres_table.users.columns.id.type")]
    [InlineData("a.b[0].c", "a.b[0].c")]
    [InlineData("a[\"x y\"]", "a[\"x y\"]")]
    [InlineData("a[b.c].d", "a b.c")]
    [InlineData("a.b[*].c[d]", "a.b d")]
    [InlineData("a.*.b", "a")]
    [InlineData("\"x ${a.b} %{ if c }${d}%{ endif }\"", "a.b c d")]
    [InlineData("\"%{ for i, x in list }${i}${x}${y}%{ endfor }${x}\"", "list y x")]
    [InlineData("[for k, v in a : \"${k}${v.x}\" if v.y > b]", "a b")]
    [InlineData("[for a in a : a.b]", "a")]
    [InlineData("{ for k, v in a : k => [for v in v.list : v + c]... }", "a c")]
    [InlineData("f(a, b...)", "a b")]
    [InlineData("f(a).b[c]", "a c")]
    [InlineData("(a.b).c", "a.b")]
    [InlineData("c ? a : b", "c a b")]
    [InlineData("!a && -b == c", "a b c")]
    [InlineData("{ key = a, (b) = c, \"${d}\" = 1 }", "a b c d")]
    [InlineData("[true, null, 1, \"text\"]", "")]
    public void Of_Expression_FindsThemInOrder(string expression, string expected)
    {
        var parsed = KlParser.ParseExpression(new SourceText("main.kl", expression));

        parsed.Diagnostics.ShouldBeEmpty();
        string.Join(' ', References.Of(parsed.Tree)).ShouldBe(expected);
    }

    [Fact]
    public void Of_Body_GoesThroughItsBlocks()
    {
        var parsed = KlParser.Parse(new SourceText("main.kl", "a = x.y\nb {\n  c = z\n  d { e = x.y }\n}\n"));

        References.Of(parsed.Tree.Body).Select(r => $"{r} {r.Range}").ShouldBe(["x.y main.kl:1:5", "z main.kl:3:7", "x.y main.kl:4:11"]);
    }

    [Fact]
    public void Of_Reference_HasRangesOfItsParts()
    {
        var reference = References.Of(KlParser.ParseExpression(new SourceText("main.kl", " a.b[0] ")).Tree).ShouldHaveSingleItem();

        reference.RootRange.Text.ShouldBe("a");
        reference.Range.Text.ShouldBe("a.b[0]");
        reference.RangeOf(1).Text.ShouldBe("a.b");
        reference.Steps.Select(s => s.Range.Text).ShouldBe([".b", "[0]"]);
        reference.Name(0).ShouldBe("b");
        reference.Name(1).ShouldBeNull();
        reference.Name(2).ShouldBeNull();
    }

    [Theory]
    [InlineData("postgres.main", true)]
    [InlineData("a", true)]
    [InlineData("a[0][\"b\"]", true)]
    [InlineData("a[b]", false)]
    [InlineData("a[*]", false)]
    [InlineData("\"a\"", false)]
    [InlineData("f(a)", false)]
    [InlineData("f(a).b", false)]
    public void AsReference_OnlyWhatIsOne(string expression, bool isReference) =>
        (References.AsReference(KlParser.ParseExpression(new SourceText("main.kl", expression)).Tree) is not null).ShouldBe(isReference);

    [Fact]
    public void Evaluate_ResolverThatTakesSteps_IsAskedWithThemAndTheRestIsWalked()
    {
        var asked = new List<string>();
        var scope = new EvaluationScope((reference, diagnostics) =>
        {
            asked.Add(reference.ToString());
            return reference.Name(0) == "known"
                ? Resolution.Found(Value.Object(("deep", Value.Of(7))), steps: 1)
                : reference.Root == "local" ? Report(reference, diagnostics) : Resolution.NotFound(["local"]);
        });

        EvaluatorTests.Run("local.known.deep", scope).Value.ShouldBe(Value.Of(7));
        EvaluatorTests.Run("local.other.deep", scope).Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("mine");
        EvaluatorTests.Run("locla.x", scope).Diagnostics.ShouldHaveSingleItem().Detail.ShouldBe("Nothing here has the name \"locla\". Did you mean \"local\"?");
        EvaluatorTests.Run("local.known.depe", scope).Diagnostics.ShouldHaveSingleItem().Subject.Text.ShouldBe("depe");
        asked.ShouldBe(["local.known.deep", "local.other.deep", "locla.x", "local.known.depe"]);

        static Resolution Report(Reference reference, DiagnosticBag diagnostics)
        {
            diagnostics.Error("MINE", reference.Range, "mine", "Nothing.");
            return Resolution.Failed;
        }
    }
}
