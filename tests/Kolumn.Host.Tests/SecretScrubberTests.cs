using System.Text.Json.Nodes;
using Kolumn.Host.Supervision;
using Kolumn.Protocol.Schema;

namespace Kolumn.Host.Tests;

public sealed class SecretScrubberTests
{
    [Theory]
    [InlineData("""{"password":"hunter22"}""", "login hunter22 failed", "login (sensitive) failed")]
    [InlineData("""{"auth":{"ApiToken":"abcd1234"}}""", "abcd1234!", "(sensitive)!")]
    [InlineData("""{"secrets":["first-one","second-one"]}""", "second-one first-one", "(sensitive) (sensitive)")]
    [InlineData("""{"url":"postgres://me:p%40ssw0rd@db/x"}""", "p%40ssw0rd and p@ssw0rd of me", "(sensitive) and (sensitive) of me")]
    [InlineData("""{"password":"abcdef","token":"abcdefgh"}""", "abcdefgh abcdef", "(sensitive) (sensitive)")]
    [InlineData("""{"database":"shop","host":"localhost"}""", "shop on localhost", "shop on localhost")]
    [InlineData("""{"password":"abc"}""", "abc", "abc")]
    [InlineData("""{"password":null,"port":5432}""", "5432", "5432")]
    public void Scrub_ConfigurationsSecrets_Replaced(string config, string text, string expected)
    {
        var secrets = new SecretScrubber();
        secrets.Learn(JsonNode.Parse(config)!.AsObject(), null);
        secrets.Scrub(text).ShouldBe(expected);
    }

    [Fact]
    public void Scrub_AttributeMarkedSensitive_ReplacedWhateverItsName()
    {
        var schema = new ObjectType
        {
            Attributes = new Dictionary<string, AttributeSchema> { ["dsn"] = new() { Type = AttributeTypes.String, Sensitive = true } },
        };
        var secrets = new SecretScrubber();
        secrets.Learn(new JsonObject { ["dsn"] = "server=x;pwd=y" }, schema);
        secrets.Scrub("cannot open server=x;pwd=y").ShouldBe("cannot open (sensitive)");
    }
}
