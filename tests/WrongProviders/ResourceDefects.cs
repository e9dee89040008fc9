using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.WrongProviders;

/// <summary>Wrong about single resources.</summary>
internal static class ResourceDefects
{
    private static readonly HashSet<string> Updated = [];
    private static readonly HashSet<string> Seen = [];

    public static IReadOnlyList<Defect> All { get; } =
    [
        new("hangs-on-read") { Function = async (function, _, next, _) => function == FunctionNames.ReadResource ? await new TaskCompletionSource<string>().Task : await next() },
        new("dies-on-create") { Function = (function, _, next, _) => function == FunctionNames.CreateResource ? Die() : next() },
        new("absent-is-a-failure") { Function = Bend.Answer(FunctionNames.ReadResource, answer =>
        {
            if (answer["exists"]?.GetValue<bool>() == false)
            {
                (answer["success"], answer["error"], answer["code"]) = (false, "not found", "OPERATION_ERROR");
            }
        }) },
        new("create-does-nothing") { Function = Bend.Pretend(FunctionNames.CreateResource, r => r.IsSaid("config"), r => new JsonObject { ["success"] = true, ["state"] = r["config"]!.DeepClone() }.ToJsonString()) },
        new("create-has-no-state") { Function = Bend.Answer(FunctionNames.CreateResource, answer => answer.Remove("state")) },
        new("read-tells-something-else") { Function = Bend.Answer(FunctionNames.ReadResource, answer =>
        {
            if (answer["state"] is JsonObject state)
            {
                state["name"] = "somebody else";
            }
        }) },
        new("insists-on-the-prefix") { Function = (function, input, next, _) => function == FunctionNames.ReadResource && input?.Text("resource_type") is { } type && !type.StartsWith("sqlite_", StringComparison.Ordinal) ? Refuse() : next() },
        new("discovers-no-indexes") { Function = Bend.Pretend(FunctionNames.DiscoverResources, r => r.Text("resource_type") == "sqlite_index", _ => """{"success":true,"resources":[]}""") },
        new("discovers-what-was-deleted") { Function = async (function, _, next, _) =>
        {
            var answer = await next();
            return function != FunctionNames.DiscoverResources || !Bend.IsSuccess(answer) ? answer : Bend.Changed(answer, Remember);
        } },
        new("create-overwrites") { Function = async (function, _, next, _) =>
        {
            var answer = await next();
            return function == FunctionNames.CreateResource && answer.Contains("ADOPTION_CONFLICT", StringComparison.Ordinal) ? await next(FunctionNames.UpdateResource) : answer;
        } },
        new("update-does-nothing") { Function = Bend.Pretend(FunctionNames.UpdateResource, r => r.IsSaid("config"), r => new JsonObject { ["success"] = true, ["state"] = (r["prior_state"] ?? r["config"])!.DeepClone() }.ToJsonString()) },
        new("update-twice-fails") { Function = (function, input, next, _) => function == FunctionNames.UpdateResource && !Updated.Add(input!.Text("name") ?? "") ? Refuse() : next() },
        new("delete-does-nothing") { Function = Bend.Pretend(FunctionNames.DeleteResource, r => !r.IsSaid("options"), _ => Bend.Success) },
        new("delete-twice-fails") { Function = async (function, input, next, _) =>
            function == FunctionNames.DeleteResource && !input!.IsSaid("options") && !await ExistsAsync(input!, next) ? await Refuse() : await next() },
        new("restores-nothing") { Function = Bend.Pretend(FunctionNames.CreateResource, IsRestore, _ => """{"success":true,"state":{"name":"x"}}""") },
        new("purges-nothing") { Function = (function, input, next, _) => function == FunctionNames.DeleteResource && IsRestore(input!) ? Refuse() : next() },
        new("unknown-types-are-empty") { Function = Bend.Pretend(FunctionNames.DiscoverResources, r => r.Text("resource_type") == "kv_no_such_type", _ => """{"success":true,"resources":[]}""") },
        new("ignores-unknown-attributes") { Function = Bend.Request(FunctionNames.CreateResource, r => (r["config"] as JsonObject)?.Remove("kv_no_such_attribute")) },
    ];

    public static Task<string> Refuse() => Task.FromResult("""{"success":false,"error":"no","code":"OPERATION_ERROR"}""");

    public static Task<string> Die()
    {
        Environment.Exit(9);
        return Refuse();
    }

    private static bool IsRestore(JsonObject request) => request["options"]?["quarantine_id"] is not null;

    private static async Task<bool> ExistsAsync(JsonObject request, Next next) =>
        JsonNode.Parse(await next(FunctionNames.ReadResource, (JsonObject)request.DeepClone()))?["exists"]?.GetValue<bool>() == true;

    private static void Remember(JsonObject answer)
    {
        var resources = (JsonArray)answer["resources"]!;
        lock (Seen)
        {
            foreach (var resource in resources)
            {
                Seen.Add(resource!.ToJsonString());
            }

            answer["resources"] = new JsonArray([.. Seen.Select(s => JsonNode.Parse(s))]);
        }
    }
}
