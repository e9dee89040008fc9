using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class DefinitionComparisonTests
{
    private static readonly ObjectType Schema = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["kind"] = new() { Type = "string", ForceNew = true },
            ["password"] = new() { Type = "string", Sensitive = true },
            ["oid"] = new() { Type = "int", Computed = true },
            ["columns"] = new()
            {
                Type = "list",
                Elem = new AttributeSchema
                {
                    Type = "object",
                    Attributes = new Dictionary<string, AttributeSchema>
                    {
                        ["name"] = new() { Type = "string" },
                        ["secret"] = new() { Type = "string", Sensitive = true },
                    },
                },
            },
        },
    };

    [Theory]
    [InlineData("""{"a":1,"b":null}""", """{"a":1.0}""")]
    [InlineData("""{"columns":[{"name":"a","type":"int"},{"name":"b"}]}""", """{"columns":[{"name":"b"},{"type":"int","name":"a"}]}""")]
    [InlineData("""{"columns":[]}""", """{"columns":[]}""")]
    [InlineData("""{"o":{"x":null}}""", """{"o":{}}""")]
    public void Compare_SameMeaning_NoChange(string old, string @new)
    {
        Compare(old, @new).ShouldBeEmpty();
        Compare(@new, old).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"a":1,"oid":7}""", """{"a":1}""")]
    [InlineData("""{"oid":7}""", """{"oid":8}""")]
    public void Compare_Computed_IsNoDifference(string old, string @new) => Compare(old, @new).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"a":1}""", """{"a":"1"}""", "a update 1 \"1\"")]
    [InlineData("""{"a":1}""", """{}""", "a delete 1 ")]
    [InlineData("""{}""", """{"a":{"b":1}}""", "a create  {\"b\":1}")]
    [InlineData("""{"columns":[{"name":"email","type":"text"}]}""", """{"columns":[{"name":"email","type":"int"}]}""", "columns.email.type update \"text\" \"int\"")]
    [InlineData("""{"columns":[{"name":"a"}]}""", """{"columns":[{"name":"a"},{"name":"b"}]}""", "columns.b create  {\"name\":\"b\"}")]
    [InlineData("""{}""", """{"columns":[{"name":"b"}]}""", "columns.b create  {\"name\":\"b\"}")]
    [InlineData("""{"columns":[{"name":"a.b"}]}""", """{}""", "columns[\"a.b\"] delete {\"name\":\"a.b\"} ")]
    [InlineData("""{"keys":["a","b"]}""", """{"keys":["b","a"]}""", "keys update [\"a\",\"b\"] [\"b\",\"a\"]")]
    [InlineData("""{"columns":[{"name":"a"},{"name":"a"}]}""", """{"columns":[{"name":"a"}]}""", "columns update [{\"name\":\"a\"},{\"name\":\"a\"}] [{\"name\":\"a\"}]")]
    [InlineData("""{"o":{"x":{"y":1}}}""", """{"o":{"x":{"y":2}}}""", "o.x.y update 1 2")]
    public void Compare_OneDifference_NamesItsPath(string old, string @new, string expected)
    {
        var (path, change) = Compare(old, @new).ShouldHaveSingleItem();

        $"{path} {change.Action} {change.OldValue?.ToJsonString()} {change.NewValue?.ToJsonString()}".ShouldBe(expected);
    }

    [Fact]
    public void Compare_Sensitive_ShowsThatButNotWhat()
    {
        var changes = Compare(
            """{"password":"old-one","columns":[{"name":"a","secret":"s1"}]}""",
            """{"password":"new-one","columns":[{"name":"a","secret":"s1"},{"name":"b","secret":"s2"}]}""");

        changes.Keys.ShouldBe(["password", "columns.b"]);
        changes["password"].ShouldSatisfyAllConditions(
            c => c.Sensitive.ShouldBeTrue(),
            c => c.OldValue!.GetValue<string>().ShouldBe("(sensitive)"),
            c => c.NewValue!.GetValue<string>().ShouldBe("(sensitive)"));
        changes["columns.b"].NewValue!.ToJsonString().ShouldBe("""{"name":"b","secret":"(sensitive)"}""");
    }

    [Fact]
    public void Compare_ForceNew_RequiresReplace() =>
        Compare("""{"kind":"a","x":1}""", """{"kind":"b","x":2}""").ShouldSatisfyAllConditions(
            c => c["kind"].RequiresReplace.ShouldBeTrue(),
            c => c["x"].RequiresReplace.ShouldBeFalse());

    [Fact]
    public void Without_SensitiveMembers_AreLeftOutAtEveryDepth()
    {
        var state = RecordedState.Write(Parse("""{"kind":"a","password":"p","columns":[{"name":"a","secret":"s","n":null}]}"""), "h", Schema);

        state.ToJsonString().ShouldBe("""{"kind":"a","columns":[{"name":"a","n":null}],"_config_hash":"h"}""");
        RecordedState.Read(state)!.DescriptionHash.ShouldBe("h");
        RecordedState.Read(state)!.Definition.ContainsKey("_config_hash").ShouldBeFalse();
        RecordedState.Read([]).ShouldBeNull();
    }

    [Fact]
    public void Restore_SensitiveMembers_ComeBackFromTheDescription() => SensitiveValues.Restore(
            Parse("""{"kind":"A","columns":[{"name":"b","n":1},{"name":"a"},{"name":"gone"}]}"""),
            Parse("""{"kind":"a","password":"p","columns":[{"name":"a","secret":"s1"},{"name":"b","secret":"s2","n":2}]}"""),
            Schema.Attributes)
        .ToJsonString().ShouldBe("""{"kind":"A","columns":[{"name":"b","n":1,"secret":"s2"},{"name":"a","secret":"s1"},{"name":"gone"}],"password":"p"}""");

    private static IReadOnlyDictionary<string, AttributeChange> Compare(string old, string @new) => DefinitionComparison.Compare(Parse(old), Parse(@new), Schema);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
