using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;

namespace Kolumn.Protocol.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null]}""", """{"b":[true,null],"a":1}""")]
    [InlineData("1500", "1500.0")]
    [InlineData("1e3", "1000")]
    [InlineData("9007199254740993", "9007199254740993.0")]
    [InlineData("\"\\u003c\"", "\"<\"")]
    [InlineData("-0", "0")]
    public void AreEqual_SameMeaning_EqualAndSameHash(string left, string right)
    {
        var (a, b) = (JsonNode.Parse(left), JsonNode.Parse(right));

        CanonicalJson.AreEqual(a, b).ShouldBeTrue();
        CanonicalJson.Hash(a).ShouldBe(CanonicalJson.Hash(b));
    }

    [Theory]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("\"1\"", "1")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""{"a":"b,c"}""", """{"a":"b","c":""}""")]
    [InlineData("true", "false")]
    [InlineData("null", "0")]
    public void AreEqual_OtherMeaning_DifferentAndOtherHash(string left, string right)
    {
        var (a, b) = (JsonNode.Parse(left), JsonNode.Parse(right));

        CanonicalJson.AreEqual(a, b).ShouldBeFalse();
        CanonicalJson.Hash(a).ShouldNotBe(CanonicalJson.Hash(b));
    }

    [Fact]
    public void Hash_ValuesMadeInCode_EqualParsedOnes()
    {
        var made = new JsonObject { ["n"] = 5, ["l"] = 5L, ["d"] = 1.5m, ["s"] = "x" };
        var parsed = JsonNode.Parse("""{"n":5,"l":5,"d":1.50,"s":"x"}""");

        CanonicalJson.Hash(made).ShouldBe(CanonicalJson.Hash(parsed));
    }
}
