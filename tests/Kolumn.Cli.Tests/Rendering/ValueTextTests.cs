using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Applying;

namespace Kolumn.Cli.Tests.Rendering;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData("null", "null")]
    [InlineData("1.50", "1.50")]
    [InlineData("true", "true")]
    [InlineData("\"a\\n\\\"b\\\" ü\"", "\"a\\n\\\"b\\\" ü\"")]
    [InlineData("[1, \"x\", []]", "[1, \"x\", []]")]
    [InlineData("{\"a\": 1, \"b c\": {\"d\": null}}", "{a = 1, \"b c\" = {d = null}}")]
    public void Inline_EveryKind_ReadsLikeKl(string json, string expected) => ValueText.Inline(JsonNode.Parse(json)).ShouldBe(expected);

    [Fact]
    public void Inline_TooLong_IsCut() => ValueText.Inline(JsonValue.Create(new string('x', 100)), 10).ShouldBe("\"xxxxxxxx…");

    [Fact]
    public void Inline_HugeList_StopsEarly() =>
        ValueText.Inline(new JsonArray([.. Enumerable.Range(0, 100_000).Select(i => (JsonNode)i)]), 20).Length.ShouldBe(20);

    [Fact]
    public void Outputs_SensitiveAndLong_AreShownAsSuch()
    {
        OutputValue[] outputs =
        [
            new("url", "http://x", false, null),
            new("password", null, true, null),
            new("tables", new JsonArray([.. Enumerable.Range(0, 3).Select(i => (JsonNode)$"a_rather_long_table_name_{i}")]), false, null),
        ];

        OutputsText.Render(outputs, Palette.None).ShouldBe(
            """
            Outputs:

            url      = "http://x"
            password = (sensitive value)
            tables   = [
              "a_rather_long_table_name_0",
              "a_rather_long_table_name_1",
              "a_rather_long_table_name_2",
            ]

            """);
    }
}
