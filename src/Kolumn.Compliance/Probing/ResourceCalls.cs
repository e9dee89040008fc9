using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Probing;

/// <summary>The functions of single resources, as a host sends them.</summary>
internal static class ResourceCalls
{
    public static Task<Answer> CreateAsync(this Probe probe, Specimen specimen, CancellationToken cancellationToken, JsonObject? config = null, string? transaction = null) => probe.CallAsync(
        FunctionNames.CreateResource, CreateRequest(specimen, config, transaction), cancellationToken);

    public static JsonObject CreateRequest(Specimen specimen, JsonObject? config = null, string? transaction = null) => With(Head(specimen, transaction), "config", config ?? specimen.Config);

    public static Task<Answer> ReadAsync(this Probe probe, Specimen specimen, JsonObject? state, CancellationToken cancellationToken, string? transaction = null) => probe.CallAsync(
        FunctionNames.ReadResource, With(Head(specimen, transaction), "state", state), cancellationToken);

    public static Task<Answer> UpdateAsync(this Probe probe, Specimen specimen, JsonObject config, JsonObject? prior, CancellationToken cancellationToken, string? transaction = null) => probe.CallAsync(
        FunctionNames.UpdateResource, With(With(Head(specimen, transaction), "config", config), "prior_state", prior), cancellationToken);

    /// <param name="force">For good, instead of into quarantine.</param>
    public static Task<Answer> DeleteAsync(this Probe probe, Specimen specimen, JsonObject? state, bool force, CancellationToken cancellationToken)
    {
        var request = With(Head(specimen, null), "state", state);
        if (force)
        {
            request["options"] = new JsonObject { ["force"] = true };
        }

        return probe.CallAsync(FunctionNames.DeleteResource, request, cancellationToken);
    }

    /// <summary>Whether it is there, as the provider sees it now; null when that could not be told.</summary>
    public static async Task<bool?> ExistsAsync(this Probe probe, Specimen specimen, JsonObject? state, CancellationToken cancellationToken)
    {
        var answer = await probe.ReadAsync(specimen, state, cancellationToken);
        return answer.Succeeded ? answer.Body.Flag("exists") : null;
    }

    /// <summary>Deletes what is there of it, for good, with what it required; says nothing.</summary>
    public static async Task RemoveAsync(this Probe probe, Specimen specimen, CancellationToken cancellationToken)
    {
        foreach (var thing in specimen.WithRequirements.Reverse())
        {
            if (probe.IsAlive)
            {
                var read = await probe.ReadAsync(thing, null, cancellationToken);
                if (!read.Succeeded || read.Body.Flag("exists") != false)
                {
                    await probe.DeleteAsync(thing, (read.Body.Object("state")?.DeepClone() as JsonObject) ?? (JsonObject)thing.Config.DeepClone(), force: true, cancellationToken);
                }
            }
        }
    }

    public static JsonObject PlanResource(Specimen specimen, string action, JsonObject? config, JsonObject? prior)
    {
        var resource = With(With(Head(specimen, null), "config", config), "prior_state", prior);
        resource["action"] = action;
        if (specimen.Requires.Count > 0)
        {
            resource["depends_on"] = Json.ArrayOf(specimen.Requires.Select(r => r.Address));
        }

        return resource;
    }

    private static JsonObject Head(Specimen specimen, string? transaction) => With(
        new JsonObject { ["resource_type"] = specimen.Type.FullName, ["name"] = specimen.Name }, "transaction_id", transaction is null ? null : JsonValue.Create(transaction));

    private static JsonObject With(JsonObject request, string name, JsonNode? value)
    {
        if (value is not null)
        {
            request[name] = value.DeepClone();
        }

        return request;
    }
}
