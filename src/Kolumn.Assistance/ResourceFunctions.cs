using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;

namespace Kolumn.Assistance;

/// <summary>
/// The functions of a provider that handle one resource, called. Whatever goes wrong is a <see cref="ProviderException"/>: a refusal with the
/// provider's own words, a broken call with what is known afterwards, so that one resource's failure is not that of all others.
/// </summary>
internal sealed class ResourceFunctions(IProvider provider, ProviderSchema schema)
{
    public Task CreateAsync(string type, string name, JsonObject config, CancellationToken cancellationToken) =>
        CallAsync<CreateResourceRequest, CreateResourceResponse>(
            FunctionNames.CreateResource, new CreateResourceRequest { ResourceType = type, Name = name, Config = config }, cancellationToken);

    public Task UpdateAsync(string type, string name, JsonObject config, JsonObject priorState, CancellationToken cancellationToken) =>
        CallAsync<UpdateResourceRequest, UpdateResourceResponse>(
            FunctionNames.UpdateResource, new UpdateResourceRequest { ResourceType = type, Name = name, Config = config, PriorState = priorState }, cancellationToken);

    public Task DeleteAsync(string type, string name, JsonObject state, CancellationToken cancellationToken) =>
        CallAsync<DeleteResourceRequest, DeleteResourceResponse>(
            FunctionNames.DeleteResource, new DeleteResourceRequest { ResourceType = type, Name = name, State = state }, cancellationToken);

    /// <summary>null when it does not exist.</summary>
    public async Task<JsonObject?> ReadAsync(string type, string name, CancellationToken cancellationToken)
    {
        var answer = await CallAsync<ReadResourceRequest, ReadResourceResponse>(
            FunctionNames.ReadResource, new ReadResourceRequest { ResourceType = type, Name = name }, cancellationToken);
        return answer.Exists ? answer.State ?? [] : null;
    }

    /// <param name="names">null for all; a provider may answer with more than these.</param>
    public async Task<IReadOnlyList<DiscoveredResource>> DiscoverAsync(string type, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        var found = new List<DiscoveredResource>();
        string? token = null;
        while (true)
        {
            var request = new DiscoverResourcesRequest
            {
                ResourceType = type,
                Filters = names is null ? null : new JsonObject { ["names"] = new JsonArray([.. names.Select(n => (JsonNode?)n)]) },
                PageToken = token,
            };
            var page = await CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(FunctionNames.DiscoverResources, request, cancellationToken);
            found.AddRange(page.Resources);
            if (!page.HasMore || page.NextToken is null)
            {
                return found;
            }

            // A page that brings nothing new would go on for ever.
            if (page.Resources.Count == 0 || page.NextToken == token)
            {
                throw Broken(FunctionNames.DiscoverResources, "promises another page and brings nothing new");
            }

            token = page.NextToken;
        }
    }

    /// <summary>One round trip to what is managed: a read of a single page, for a provider that has no Ping of its own.</summary>
    public async Task<string> PingAsync(CancellationToken cancellationToken)
    {
        if (schema.SupportedFunctions.Contains(FunctionNames.Ping))
        {
            return (await CallAsync<PingRequest, PingResponse>(FunctionNames.Ping, new PingRequest(), cancellationToken)).Message ?? "";
        }

        await CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(
            FunctionNames.DiscoverResources, new DiscoverResourcesRequest { ResourceType = schema.ResourceTypes.Count > 0 ? schema.ResourceTypes[0].Name : "", Limit = 1 }, cancellationToken);
        return "";
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(string function, TRequest request, CancellationToken cancellationToken)
        where TResponse : Envelope
    {
        TResponse answer;
        try
        {
            answer = await provider.CallAsync<TRequest, TResponse>(function, request, cancellationToken);
        }
        catch (ProviderCallException broken)
        {
            var code = broken.Failure == ProviderCallFailure.DeadlineExceeded ? DiagnosticCodes.Timeout : DiagnosticCodes.Operation;
            throw new ProviderException(Diagnostic.Error(code, $"{function} failed", broken.Message), broken);
        }

        return answer.Success ? answer : throw new ProviderException(Refusal(answer));
    }

    /// <summary>A failure has one diagnostic here; what else there is to say goes into its detail.</summary>
    private static Diagnostic Refusal(Envelope answer)
    {
        var errors = answer.CollectDiagnostics().Where(d => d.Severity == Severity.Error).ToList();
        var further = string.Join("; ", errors.Skip(1).Select(e => e.ToString()));
        return further.Length == 0 ? errors[0] : errors[0] with { Detail = $"{errors[0].Detail}{(errors[0].Detail is null ? "" : " ")}Also: {further}" };
    }

    private ProviderException Broken(string function, string what) => new(Diagnostic.Error(
        DiagnosticCodes.Operation, $"{function} of {schema.Name} {what}", "This is a defect of the provider: report it to its author."));
}
