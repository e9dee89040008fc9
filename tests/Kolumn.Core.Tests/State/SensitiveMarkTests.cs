using System.Text.Json.Nodes;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Tests.State;

public sealed class SensitiveMarkTests
{
    private static readonly JsonObject Config = JsonNode.Parse(
        """{"name":"users","password":"correct horse","columns":[{"name":"id","default":"battery staple"}],"_note":"abc"}""")!.AsObject();

    private static readonly AttributePath[] Places = [AttributePath.Of("password"), AttributePath.Of("columns").Element(0).Member("default")];

    [Fact]
    public void Cover_PlacesAndUncoverWithTheSameValues_GivesTheSameBack()
    {
        var covered = SensitiveMark.Cover(Config, Places, null, [], "salt", "t.users");

        covered.ToJsonString().ShouldNotContain("horse");
        covered.ToJsonString().ShouldNotContain("staple");
        SensitiveMark.Is(covered["password"]).ShouldBeTrue();
        var uncovered = SensitiveMark.Uncover(covered, [JsonValue.Create("correct horse"), JsonValue.Create("battery staple")], "salt", "t.users");
        CanonicalJson.AreEqual(uncovered, Config).ShouldBeTrue();
    }

    [Fact]
    public void Uncover_SecretHasChanged_LeavesTheMemberAndTheProvidersNotesOut()
    {
        var covered = SensitiveMark.Cover(Config, Places, null, [], "salt", "t.users");

        var uncovered = SensitiveMark.Uncover(covered, [JsonValue.Create("correct horse"), JsonValue.Create("another")], "salt", "t.users");

        uncovered.ToJsonString().ShouldBe("""{"name":"users","password":"correct horse","columns":[{"name":"id"}]}""");
    }

    [Fact]
    public void Cover_SchemaSaysSensitive_CoversIt()
    {
        var schema = new ObjectType { Attributes = new Dictionary<string, AttributeSchema> { ["password"] = new() { Type = "string", Sensitive = true } } };

        var covered = SensitiveMark.Cover(Config, [], schema, [], "salt", "t.users");

        SensitiveMark.Is(covered["password"]).ShouldBeTrue();
        covered["columns"]!.ToJsonString().ShouldContain("battery staple");
    }

    [Fact]
    public void Cover_SecretStandsElsewhere_CoversItThereUnlessItIsAWordLikeAny()
    {
        var covered = SensitiveMark.Cover(Config, [], null, ["battery staple", "users"], "salt", "t.users");

        SensitiveMark.Is(covered["columns"]![0]!["default"]).ShouldBeTrue();
        covered["name"]!.GetValue<string>().ShouldBe("users");
    }

    [Fact]
    public void Of_SameValueElsewhere_LooksDifferent()
    {
        var value = JsonValue.Create("correct horse");

        new[] { SensitiveMark.Of(value, "salt", "a"), SensitiveMark.Of(value, "salt", "b"), SensitiveMark.Of(value, "pepper", "a") }.Distinct().Count().ShouldBe(3);
        SensitiveMark.Of(value, "salt", "a").ShouldBe(SensitiveMark.Of(value.DeepClone(), "salt", "a"));
    }
}
