using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.WrongProviders;

/// <summary>Wrong about plans, applies and states.</summary>
internal static class PlanDefects
{
    private static int _plans;

    public static IReadOnlyList<Defect> All { get; } =
    [
        new("order-is-reversed") { Function = Bend.Answer(FunctionNames.Plan, answer => answer["execution_order"] = Reversed(answer["execution_order"])) },
        new("order-is-missing") { Function = Bend.Answer(FunctionNames.Plan, answer => answer.Remove("execution_order")) },
        new("plan-applies") { Function = async (function, _, next, _) =>
        {
            var answer = await next();
            if (function == FunctionNames.Plan && Bend.IsSuccess(answer))
            {
                await next(FunctionNames.Apply);
            }

            return answer;
        } },
        new("plan-hash-is-random") { Function = Bend.Answer(FunctionNames.Plan, answer => answer["plan_hash"] = $"{Interlocked.Increment(ref _plans)}") },
        new("plan-is-never-empty") { Function = Bend.Answer(FunctionNames.Plan, answer => Each(answer, r => r["action"] = r.Text("action") == "noop" ? "update" : r.Text("action"))) },
        new("plan-hides-changes") { Function = Bend.Answer(FunctionNames.Plan, answer => Each(answer, r =>
        {
            r.Remove("changes");
            r["action"] = r.Text("action") == "replace" ? "update" : r.Text("action");
        })) },
        new("circles-are-straight") { Function = async (function, input, next, _) =>
        {
            if (function == FunctionNames.Plan && input is not null)
            {
                Each(input, r => r.Remove("depends_on"));
                return await next(null, input);
            }

            return await next();
        } },
        new("every-action-will-do") { Function = Bend.Request(FunctionNames.Plan, request => Each(request, r => r["action"] = r.Text("action") == "frobnicate" ? "create" : r.Text("action"))) },
        new("apply-ignores-the-plan") { Function = Bend.Request(FunctionNames.Apply, request => request.Remove("plan_hash")) },
        new("apply-leaves-one-out") { Function = Bend.Request(FunctionNames.Apply, LeaveOut) },
        new("apply-miscounts") { Function = Bend.Answer(FunctionNames.Apply, answer => answer["summary"]!["created"] = 99) },
        new("apply-is-always-a-success") { Function = async (function, input, next, _) =>
        {
            var answer = await next();
            return function != FunctionNames.Apply || input is null || Bend.IsSuccess(answer) ? answer : Bend.Changed(answer, a => a["results"] = Done(input, "create"));
        } },
        new("apply-swallows-failures") { Function = Bend.Answer(FunctionNames.Apply, answer => answer["success"] = true) },
        new("apply-deletes-nothing") { Function = Bend.Pretend(FunctionNames.Apply, r => r.Objects("resources").Any(x => x.Text("action") == "delete"), AllDeleted) },
        new("apply-changes-nothing") { Function = Bend.Request(FunctionNames.Apply, request => Each(request, r =>
        {
            if (r.Text("action") == "update" && r["prior_state"] is { } prior && r.Text("resource_type") == "sqlite_stream_sink")
            {
                r["config"]!["target"] = prior["target"]?.DeepClone();
            }
        })) },
        new("state-is-null-at-first") { Function = Bend.Answer(FunctionNames.GetState, answer => answer["state"] = null) },
        new("state-loses-members") { Function = Bend.Answer(FunctionNames.GetState, answer =>
        {
            foreach (var resource in (answer["state"] as JsonObject)?.Objects("resources") ?? [])
            {
                resource["state"] = new JsonObject();
            }
        }) },
        new("state-may-be-null") { Function = Bend.Pretend(FunctionNames.SetState, r => r["state"] is null, _ => Bend.Success) },
        new("state-of-the-future-will-do") { Function = Bend.Request(FunctionNames.SetState, r =>
        {
            if (r["state"] is JsonObject state)
            {
                state["version"] = "1.0.0";
            }
        }) },
        new("state-goes-backwards") { Function = Bend.Request(FunctionNames.SetState, r => (r["state"] as JsonObject)?.Remove("metadata")) },
        new("every-state-is-valid") { Function = Bend.Answer(FunctionNames.ValidateState, answer => (answer["valid"], answer["errors"]) = (true, new JsonArray())) },
        new("no-state-is-valid") { Function = Bend.Answer(FunctionNames.ValidateState, answer => (answer["success"], answer["error"], answer["code"]) = (false, "invalid", "STATE_ERROR")) },
    ];

    private static void Each(JsonObject value, Action<JsonObject> change)
    {
        foreach (var element in value.Objects("resources").ToList())
        {
            change(element);
        }
    }

    private static JsonArray Reversed(JsonNode? order) => [.. ((order as JsonArray) ?? []).Reverse().Select(e => e?.DeepClone())];

    private static void LeaveOut(JsonObject request)
    {
        if (request["resources"] is JsonArray { Count: > 1 } resources)
        {
            resources.RemoveAt(0);
            request.Remove("plan_hash");
        }
    }

    private static string AllDeleted(JsonObject request)
    {
        var results = Done(request, "delete");
        return new JsonObject { ["success"] = true, ["results"] = results, ["summary"] = new JsonObject { ["deleted"] = results.Count } }.ToJsonString();
    }

    private static JsonArray Done(JsonObject request, string action) => [.. request.Objects("resources").Select(r => (JsonNode)new JsonObject
    {
        ["resource_type"] = r.Text("resource_type"),
        ["name"] = r.Text("name"),
        ["action"] = action,
        ["success"] = true,
    })];
}
