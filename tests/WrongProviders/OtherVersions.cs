using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.WrongProviders;

/// <summary>Nothing is wrong with these: they are of another version than their host.</summary>
internal static class OtherVersions
{
    private const string Unknown = "from_a_later_version";

    // What the provider specification names; everything else came later.
    private static readonly string[] FirstFunctions =
    [
        FunctionNames.CreateResource, FunctionNames.ReadResource, FunctionNames.UpdateResource, FunctionNames.DeleteResource, FunctionNames.DiscoverResources,
        FunctionNames.Plan, FunctionNames.Apply, FunctionNames.GetState, FunctionNames.SetState, FunctionNames.Ping, FunctionNames.Version,
    ];

    private static readonly string[] FirstRequests = ["resources", "resource_type", "name", "config", "action", "state", "prior_state", "resource_id", "filters", "depends_on"];

    private static readonly string[] FirstAnswers =
    [
        "success", "error", "code", "resources", "execution_order", "results", "summary", "state", "exists", "resource_type", "type", "name", "config", "action", "changes",
        "resource_id", "created", "updated", "deleted", "unchanged", "failed", "version", "provider_name", "latency_ms", "old_value", "new_value", "total", "by_action",
    ];

    // What is inside of these is not the contract's.
    private static readonly string[] Free = ["config", "state", "prior_state", "filters", "old_value", "new_value"];

    public static IReadOnlyList<Defect> All { get; } =
    [
        new("of-a-later-version")
        {
            Schema = (schema, _) => Later(schema),
            Function = async (_, _, next, _) => Bend.Changed(await next(), answer => Walk(answer, members => members[Unknown] = new JsonObject { ["a"] = new JsonArray(1) })),
        },
        new("of-an-earlier-version")
        {
            Schema = (schema, _) => Earlier(schema),
            Function = async (function, input, next, _) =>
            {
                if (!FirstFunctions.Contains(function))
                {
                    throw new ProviderCallException(ProviderCallFailure.UnsupportedFunction, $"unsupported function: {function}");
                }

                if (input is not null)
                {
                    Walk(input, members => Keep(members, FirstRequests));
                }

                return Bend.Changed(await next(null, input), answer => Walk(answer, members => Keep(members, FirstAnswers)));
            },
        },
    ];

    /// <summary>With functions, types, attributes, validators and abilities that this host has never heard of.</summary>
    private static JsonObject Later(JsonObject schema)
    {
        ((JsonArray)schema["supported_functions"]!).Add((JsonNode)"Defragment");
        schema["capabilities"]!["time_travel"] = true;
        var types = (JsonArray)schema["resource_types"]!;
        var table = types.OfType<JsonObject>().Single(t => t.Text("name") == "table");
        var invented = new JsonObject { ["type"] = "codec", ["description"] = "how it is packed", ["validators"] = new JsonArray(new JsonObject { ["type"] = "checksum", ["value"] = "crc32" }) };
        table["config_schema"]!["attributes"]!["packing"] = invented;
        ((JsonArray)table["operations"]!).Add((JsonNode)"defragment");
        types.Add((JsonNode)new JsonObject
        {
            ["name"] = "shard",
            ["config_schema"] = new JsonObject { ["attributes"] = new JsonObject { ["name"] = new JsonObject { ["type"] = "string" }, ["span"] = invented.DeepClone() } },
        });
        return schema;
    }

    private static JsonObject Earlier(JsonObject schema)
    {
        Keep(schema, "name", "version", "category", "description", "resource_types", "supported_functions");
        schema["supported_functions"] = new JsonArray([.. FirstFunctions.Select(f => (JsonNode)f)]);
        foreach (var type in schema.Objects("resource_types"))
        {
            Keep(type, "name", "description", "config_schema", "state_schema");
        }

        return schema;
    }

    private static void Keep(JsonObject members, params string[] names)
    {
        foreach (var name in members.Select(m => m.Key).Where(m => !names.Contains(m)).ToList())
        {
            members.Remove(name);
        }
    }

    /// <summary>Every object of the contract in a payload, the outer ones first. The members of maps, which have names of their own, are not touched.</summary>
    private static void Walk(JsonNode payload, Action<JsonObject> change)
    {
        switch (payload)
        {
            case JsonObject members:
                change(members);
                foreach (var (_, value) in members.Where(m => m.Value is not null && m.Key != Unknown && m.Key != "changes" && m.Key != "by_action" && !Free.Contains(m.Key)).ToList())
                {
                    Walk(value!, change);
                }

                break;
            case JsonArray elements:
                foreach (var element in elements.OfType<JsonNode>())
                {
                    Walk(element, change);
                }

                break;
        }
    }
}
