using System.Text.Json.Nodes;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class KeptAttributesTests
{
    [Theory]
    [InlineData("{}", "{}", """{"owner":"me"}""", """{"owner":"me"}""")]
    [InlineData("""{"owner":"before"}""", "{}", """{"owner":"now"}""", """{"owner":"now"}""")]
    [InlineData("""{"owner":"you"}""", """{"owner":"you"}""", """{"owner":"me"}""", """{"owner":"you"}""")]
    [InlineData("""{"owner":"before"}""", "{}", "{}", """{"owner":null}""")]
    [InlineData("""{"text":"a"}""", "{}", """{"text":"b"}""", """{"text":"a"}""")]
    public void Complete_AttributeThatTheConfigLeavesOut_IsWhatExists(string desired, string asked, string actual, string expected)
    {
        var wish = Json(desired);

        KeptAttributes.Complete(wish, Json(asked), Json(actual), new Keeping()).ToJsonString().ShouldBe(expected);

        wish.ToJsonString().ShouldBe(desired);
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private sealed class Keeping : IKeepingHandler
    {
        public IReadOnlyCollection<string> Kept => ["owner"];
    }
}
