using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;

namespace Kolumn.Core.Tests.Configuration;

/// <summary>What is written in a create block, and the JSON that the provider gets for it.</summary>
public sealed class ResourceConfigurationTests
{
    [Theory]
    [InlineData("labelled blocks",
        """
        column "id" { type = "int" }
        column "mail" { type = "text" }
        """,
        """{"columns":[{"name":"id","type":"int"},{"name":"mail","type":"text"}]}""")]
    [InlineData("unlabelled blocks",
        """
        column {
          name = "id"
          type = "int"
        }
        """,
        """{"columns":[{"name":"id","type":"int"}]}""")]
    [InlineData("dynamic blocks with a map",
        """
        dynamic "column" {
          for_each = { id = "int", mail = "text" }
          content {
            name = column.key
            type = column.value
          }
        }
        """,
        """{"columns":[{"name":"id","type":"int"},{"name":"mail","type":"text"}]}""")]
    [InlineData("dynamic blocks with labels, an iterator and an outer block",
        """
        column "first" { type = "int" }
        dynamic "column" {
          for_each = ["a", "b"]
          iterator = each
          labels   = ["${each.value}_${each.key}"]
          content { type = upper(each.value) }
        }
        """,
        """{"columns":[{"name":"first","type":"int"},{"name":"a_0","type":"A"},{"name":"b_1","type":"B"}]}""")]
    [InlineData("a map of objects", """columns = { mail = { type = "text" }, id = { type = "int" } }""",
        """{"columns":[{"name":"mail","type":"text"},{"name":"id","type":"int"}]}""")]
    [InlineData("a list", """columns = [for n in ["b", "a"] : { name = n, type = "int" }]""",
        """{"columns":[{"name":"b","type":"int"},{"name":"a","type":"int"}]}""")]
    [InlineData("attribute and blocks",
        """
        columns = [{ name = "a", type = "int" }]
        column "b" { type = "int" }
        """,
        """{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}""")]
    [InlineData("plural in es", """index "by_mail" { columns = ["mail"] }""", """{"indexes":[{"name":"by_mail","columns":["mail"]}]}""")]
    [InlineData("plural in ies", """policy "p" { rule = "r" }""", """{"policies":[{"name":"p","rule":"r"}]}""")]
    [InlineData("an object as a block", """owner { mail = "a@b" }""", """{"owner":{"mail":"a@b"}}""")]
    [InlineData("a map as an attribute", """tags = { a = 1, b = true }""", """{"tags":{"a":"1","b":"true"}}""")]
    [InlineData("conversions", "content = 12\npages = \"7\"", """{"content":"12","pages":7}""")]
    [InlineData("null is absent", "content = null\npages = 1", """{"pages":1}""")]
    [InlineData("any takes everything", """see_also = { list = [1, { deep = null }], text = "x" }""", """{"see_also":{"list":[1,{"deep":null}],"text":"x"}}""")]
    [InlineData("a resource as a string is its address", "folder = files_folder.shop", """{"folder":"files_folder.shop"}""")]
    [InlineData("a resource elsewhere is its four names", "see_also = [files_folder.shop]",
        """{"see_also":[{"id":"files_folder.shop","type":"files_folder","name":"The Shop","full_name":"The Shop"}]}""")]
    [InlineData("its own names", "name = \"own\"\ncontent = \"${files_document.subject.name} ${files_document.subject.id}\"", """{"name":"own","content":"own files_document.subject"}""")]
    [InlineData("full_name has the schema", """content = files_document.other.full_name""", """{"content":"archive.other"}""")]
    [InlineData("unset attributes of others are null", """content = files_document.other.folder == null ? "none" : "some" """, """{"content":"none"}""")]
    [InlineData("columns of others", """content = join(",", [for c in files_document.other.columns : c.name])""", """{"content":"z,a"}""")]
    [InlineData("contains finds resources", """content = contains([files_folder.shop], files_folder.shop) ? "yes" : "no" """, """{"content":"yes"}""")]
    public async Task Config_OfABlock_IsTheJsonOfTheSchema(string what, string body, string json)
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + $$"""
            create "files_document" "subject" {
            {{body}}
            }
            create "files_folder" "shop" { name = "The Shop" }
            create "files_document" "other" {
              schema = "archive"
              column "z" { type = "int" }
              column "a" { type = "int" }
            }
            """);

        var result = await project.PlanAsync();

        result.Diagnostics.ShouldBeEmpty(what);
        var subject = project.Files.Plans.ShouldHaveSingleItem().DesiredState.Single(d => d.Name == "subject");
        subject.Config.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .ShouldBe(json, what);
    }

    [Theory]
    [InlineData("contnt = 1", "5:1 UNKNOWN_ATTRIBUTE Unknown attribute \"contnt\"|Did you mean \"content\"?")]
    [InlineData("size = 1", "5:8 INVALID_VALUE \"size\" cannot be set|The provider fills it in. Remove the line; refer to it where its value is needed.")]
    [InlineData("pages = \"many\"", "5:9 WRONG_TYPE Wrong type for \"pages\"|It takes a whole number; this is a string.")]
    [InlineData("pages = 1.5", "5:9 WRONG_TYPE Wrong type for \"pages\"|It takes a whole number; this is a number.")]
    [InlineData("content = [1]", "5:11 WRONG_TYPE Wrong type for \"content\"|It takes a string; this is a list.")]
    [InlineData("columns = \"id\"", "5:11 WRONG_TYPE Wrong type for \"columns\"|It takes a list; this is a string.")]
    [InlineData("columns = [{ name = \"a\", type = \"int\", nullable = \"perhaps\" }]", "5:51 WRONG_TYPE Wrong type for \"columns[0].nullable\"|It takes true or false; this is a string.")]
    [InlineData("columns = [{ name = \"a\" }]", "5:12 MISSING_ATTRIBUTE Missing attribute \"type\"|Add type = \"…\".")]
    [InlineData("columns = [{ name = \"a\", tpye = \"b\", type = \"c\" }]", "5:33 UNKNOWN_ATTRIBUTE Unknown attribute \"tpye\"|Did you mean \"type\"?")]
    [InlineData("column \"id\" { typ = \"int\" }", "5:1 MISSING_ATTRIBUTE Missing attribute \"type\"|Add type = \"…\".", "5:15 UNKNOWN_ATTRIBUTE Unknown attribute \"typ\"|Did you mean \"type\"?")]
    [InlineData("colum \"id\" { type = \"int\" }", "5:1 UNKNOWN_ATTRIBUTE Unknown block \"colum\"|Did you mean \"column\"?")]
    [InlineData("content { x = 1 }", "5:1 INVALID_BLOCK \"content\" is no block|It takes a single value: write content = ….")]
    [InlineData("column \"a\" \"b\" { type = \"int\" }", "5:1 INVALID_BLOCK Too many labels|\"column\" takes one label, its name.")]
    [InlineData("column \"a\" {\n name = \"b\"\n type = \"int\"\n}", "6:2 INVALID_BLOCK Named twice|The block's label is its name, \"a\". Remove one of the two.")]
    [InlineData("owner { phone = 1 }", "5:1 MISSING_ATTRIBUTE Missing attribute \"mail\"|Add mail = \"…\".")]
    [InlineData("owner { mail = 1 }\nowner { mail = 2 }", "6:1 DUPLICATE_DEFINITION Defined twice|There can be only one \"owner\". Put everything into one block.")]
    [InlineData("count = 2", "5:1 UNSUPPORTED_BLOCK \"count\" is not part of this version|Write one create block per resource. Repeated parts within one resource can be written as a dynamic block.")]
    [InlineData("lifecycle { ignore_changes = [] }", "5:13 INVALID_BLOCK Not part of lifecycle|It takes prevent_destroy = true or false.")]
    [InlineData("depends_on = [files_folder.shp]", "5:15 UNKNOWN_REFERENCE There is no such resource|depends_on names create blocks as TYPE.NAME. Did you mean \"files_folder.shop\"?")]
    [InlineData("content = files_folder.shp.name", "5:11 UNKNOWN_REFERENCE There is no files_folder \"shp\"|Nothing of that name is declared in this project. Did you mean \"shop\"?")]
    [InlineData("content = local.greting", "5:11 UNKNOWN_REFERENCE There is no local value \"greting\"|Nothing of that name is declared in this project. Did you mean \"greeting\"?")]
    [InlineData("content = module.m.x", "5:11 UNSUPPORTED_BLOCK \"module\" is not part of this version|References may start with var, local, env or the type of a resource.")]
    [InlineData("content = files_document.subject.pages", "5:11 REFERENCE_CYCLE A resource refers to itself|Only its id, type, name and full_name can be used within files_document.subject. Move the value into locals to use it twice.")]
    [InlineData("provider = files.other", "5:12 MISSING_PROVIDER There is no provider files.other|provider takes the name of a provider block, as files or files.alias.")]
    [InlineData("dynamic \"column\" { for_each = 1\n content {} }", "5:19 INVALID_DEFINITION *")]
    public async Task Mistake_InABlock_IsReportedWithItsPlaceBeforeAnythingIsSent(string body, params string[] expected)
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + $$"""
            create "files_document" "subject" {
            {{body}}
            }
            create "files_folder" "shop" { name = "The Shop" }
            locals { greeting = "hello" }
            """);

        var result = await project.Engine().ValidateAsync(TestProject.Token);

        var shown = result.Diagnostics.Select(d => $"{d.Place!.Line}:{d.Place.Column} {d.Code} {d.Summary}|{d.Detail}").Order(StringComparer.Ordinal).ToList();
        if (expected is [var only] && only.EndsWith('*'))
        {
            shown.ShouldNotBeEmpty();
        }
        else
        {
            shown.ShouldBe(expected);
        }

        project.Files.Plans.ShouldBeEmpty();
        project.Files.Inits.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mistakes_InSeveralFiles_AreReportedTogether()
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + """create "files_folder" "a" { nme = 1 }""", "a.kl");
        project.Write("""create "files_folder" "b" { coment = 1 }""", "b.kl");
        project.Write("create \"files_folder\" \"c\" {\n comment = \n}\ncreate \"files_folder\" \"d\" {}", "c.kl");

        var first = await project.Engine().ValidateAsync(TestProject.Token);
        project.Write("", "c.kl");
        var second = await project.Engine().ValidateAsync(TestProject.Token);

        first.Diagnostics.ShouldAllBe(d => d.Place!.File.EndsWith("c.kl", StringComparison.Ordinal));
        second.Diagnostics.Select(d => $"{Path.GetFileName(d.Place!.File)}:{d.Place.Line} {d.Code}").ShouldBe(["a.kl:4 UNKNOWN_ATTRIBUTE", "b.kl:1 UNKNOWN_ATTRIBUTE"]);
    }

    [Fact]
    public async Task ProviderDiagnostic_WithAPath_PointsIntoTheText()
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + """
            create "files_document" "subject" {
              column "id" { type = "int" }
              columns = [
                { name = "mail", type = "string" },
              ]
            }
            """);
        project.Files.RefusePath = ("files_document.subject", AttributePath.Of("columns").Element(0).Member("type"));

        var label = (await project.PlanAsync()).Diagnostics.ShouldHaveSingleItem();

        (label.Place!.Line, label.Place.Column, label.Place.Length).ShouldBe((5, 24, 5));
    }
}
