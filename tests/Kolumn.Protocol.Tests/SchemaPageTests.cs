using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Protocol.Tests;

public sealed class SchemaPageTests
{
    private static readonly ProviderSchema Shop = new()
    {
        Name = "shop",
        Version = "1.2.0",
        Description = "Shops <b>of</b> [all](sorts).",
        SupportedFunctions = ["Plan", "Apply"],
        ConfigSchema = new ObjectType { Attributes = new Dictionary<string, AttributeSchema> { ["password"] = new() { Type = "string", Sensitive = true, Required = true } } },
        ResourceTypes =
        [
            new()
            {
                Name = "shelf",
                Description = "A shelf.\n# no heading",
                ConfigSchema = new ObjectType
                {
                    Attributes = new Dictionary<string, AttributeSchema>
                    {
                        ["height"] = new() { Type = "int", Validators = [new() { Type = "range", Value = new JsonObject { ["min"] = 1 } }, new() { Type = "regex", Value = "^[1-9]", Message = "in metres" }] },
                        ["name"] = new() { Type = "string", Required = true },
                        ["boards"] = new()
                        {
                            Type = "list",
                            Description = "From below.",
                            Elem = new() { Type = "object", Attributes = new Dictionary<string, AttributeSchema> { ["wood"] = new() { Type = "string", Default = JsonValue.Create("oak"), Validators = [new() { Type = "enum", Value = new JsonArray("oak", "fir"), Message = "no such wood" }] } } },
                        },
                        ["wall"] = new() { Type = "string", References = ["wall", "door"], Deprecated = "Use room." },
                    },
                },
                StateSchema = new ObjectType { Attributes = new Dictionary<string, AttributeSchema> { ["weight"] = new() { Type = "integer", Computed = true } } },
            },
        ],
    };

    [Fact]
    public void ToMarkdown_Schema_IsThePage() => SchemaPage.ToMarkdown(Shop).ShouldBe("""
        # Provider shop 1.2.0

        Shops \<b>of\</b> \[all](sorts).

        ## Configuration

        - `password` (string, required, sensitive)

        ## shop_shelf

        A shelf. # no heading

        - `name` (string, that of the resource when left out)
        - `height` (int, range {"min":1}, in metres)
        - `boards` (list of object): From below.
          - `wood` (string, default "oak", one of "oak", "fir")
        - `wall` (string, names a wall or a door, deprecated: Use room.)
        - `weight` (int, computed)

        ## Functions

        Plan, Apply

        """.ReplaceLineEndings("\n"));

    [Fact]
    public void ToHtml_Schema_IsADocumentInWhichTextStaysText()
    {
        var page = SchemaPage.ToHtml(Shop);

        page.ShouldStartWith("<!DOCTYPE html>");
        page.ShouldContain("<p>Shops &lt;b&gt;of&lt;/b&gt; [all](sorts).</p>");
        page.ShouldContain("<li><a href=\"#shop_shelf\">shop_shelf</a></li>");
        page.ShouldContain("<h2 id=\"shop_shelf\">shop_shelf</h2>");
        page.ShouldContain("<dt><code>wood</code> <small>string, default &quot;oak&quot;, one of &quot;oak&quot;, &quot;fir&quot;</small></dt>");
        System.Xml.Linq.XDocument.Parse(page.Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "", StringComparison.Ordinal)
            .Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Descendants("dt").Count().ShouldBe(7);
    }
}
