using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Sdk.Tests.Internal;

/// <summary>A provider of this version under a host of another one: the requests of a whole life, as the first version wrote them and as a later one may.</summary>
public sealed class OtherVersionTests
{
    private static readonly (string Function, string Request)[] Life =
    [
        (FunctionNames.GetState, "{}"),
        (FunctionNames.SetState, """{"state":{"version":"1.0.0","provider":"folder","resources":null,"updated_at":"0001-01-01T00:00:00Z"}}"""),
        (FunctionNames.CreateResource, """{"resource_type":"note","name":"a","config":{"text":"x"}}"""),
        (FunctionNames.ReadResource, """{"resource_type":"note","name":"a"}"""),
        (FunctionNames.UpdateResource, """{"resource_type":"note","name":"a","config":{"text":"y"},"prior_state":{"name":"a","text":"x"}}"""),
        (FunctionNames.Plan, """{"resources":[{"resource_type":"note","name":"b","config":{},"action":"create"},{"resource_type":"note","name":"a","config":{"text":"z"},"action":"update","prior_state":{"name":"a","text":"y"}}]}"""),
        (FunctionNames.Apply, """{"resources":[{"resource_type":"note","name":"b","config":{},"action":"create"},{"resource_type":"note","name":"a","config":{"text":"z"},"action":"update","prior_state":{"name":"a","text":"y"}}]}"""),
        (FunctionNames.DetectDrift, """{"resources":[{"resource_type":"note","name":"a","managed_state":{"name":"a","text":"q"}}]}"""),
        (FunctionNames.ValidateState, """{"state":{"version":"1.0.0","provider":"folder","resources":[{"type":"folder_note","name":"a","config":{},"state":{"name":"a"}}]}}"""),
        (FunctionNames.DiscoverResources, """{"resource_type":"note"}"""),
        (FunctionNames.DeleteResource, """{"resource_type":"note","name":"a","state":{"name":"a","text":"z"}}"""),
        (FunctionNames.Version, "{}"),
    ];

    [Fact]
    public async Task Call_RequestsOfTheFirstVersion_AreUnderstood()
    {
        foreach (var (function, answer) in await LiveAsync(isLater: false))
        {
            ((bool?)JsonNode.Parse(answer)!["success"]).ShouldBe(true, $"{function}: {answer}");
        }
    }

    [Fact]
    public async Task Call_RequestsWithMembersOfALaterVersion_AreAnsweredAsWithoutThem()
    {
        var (known, later) = (await LiveAsync(isLater: false), await LiveAsync(isLater: true));

        later.ShouldBe(known);
    }

    /// <summary>The state's format has a version of its own: what is added is passed over, what is another format is refused and nothing is lost.</summary>
    [Theory]
    [InlineData("1.0.0", true)]
    [InlineData("1.9.3", true)]
    [InlineData("0.9.0", false)]
    [InlineData("2.0.0", false)]
    [InlineData("10.0.0", false)]
    [InlineData("1", false)]
    public async Task SetState_FormatOfAnotherVersion_IsReadWithinItsMajorVersion(string version, bool isRead)
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await CallAsync(provider, FunctionNames.SetState, """{"state":{"version":"1.0.0","provider":"folder","resources":[{"type":"folder_note","name":"kept"}]}}""");

        var answer = await CallAsync(provider, FunctionNames.SetState, $$"""{"state":{"version":"{{version}}","provider":"folder","resources":[],"from_a_later_version":1} }""");
        var state = JsonNode.Parse(await CallAsync(provider, FunctionNames.GetState, "{}"))!["state"]!;

        ((bool?)JsonNode.Parse(answer)!["success"] == true).ShouldBe(isRead, answer);
        state["resources"]!.AsArray().Count.ShouldBe(isRead ? 0 : 1);
    }

    private static async Task<IReadOnlyList<(string Function, string Answer)>> LiveAsync(bool isLater)
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        var answers = new List<(string, string)>();
        foreach (var (function, request) in Life)
        {
            var input = JsonNode.Parse(request)!;
            if (isLater)
            {
                Extend(input);
            }

            var answer = JsonNode.Parse(await CallAsync(provider, function, input.ToJsonString()))!;
            Forget(answer);
            answers.Add((function, answer.ToJsonString()));
        }

        return answers;
    }

    private static async Task<string> CallAsync(FolderProvider provider, string function, string request) => Encoding.UTF8.GetString(
        (await provider.Dispatcher.CallFunctionAsync(function, Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken)).Span);

    /// <summary>In every object that is the contract's own: not in configurations and states, whose members the schema decides on.</summary>
    private static void Extend(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is not null && name is not ("config" or "prior_state" or "managed_state") && !(name == "state" && value["version"] is null))
                {
                    Extend(value);
                }
            }

            members["from_a_later_version"] = new JsonObject { ["a"] = new JsonArray(1) };
        }

        foreach (var element in node as JsonArray ?? [])
        {
            Extend(element!);
        }
    }

    /// <summary>Times are never the same twice.</summary>
    private static void Forget(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (name is "duration_ms" or "updated_at" or "created_at" or "plan_hash" or "uptime_seconds")
                {
                    members.Remove(name);
                }
                else
                {
                    Forget(value);
                }
            }
        }

        foreach (var element in node as JsonArray ?? [])
        {
            Forget(element);
        }
    }
}
