using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Internal;

/// <summary>ReadResource and DiscoverResources: what exists, in a number of queries that depends on the number of types alone.</summary>
internal sealed class ReadFunctions<TSession>(ResourceTypes<TSession> types, ProviderLoggers loggers)
    where TSession : IProviderSession
{
    public async Task<ReadResourceResponse> ReadAsync(ReadResourceRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var address = new ResourceAddress(request.ResourceType, request.Name).ToString();
        if (!types.TryResolve(request.ResourceType, out var type))
        {
            return Envelope.Failure<ReadResourceResponse>([types.Unresolved(request.ResourceType, address)]);
        }

        var definition = RecordedState.Read(request.State)?.Definition ?? new JsonObject { ["name"] = request.Name };
        var identity = IdentityOf(type, definition, address);
        await using var lease = await call.OpenAsync(SessionMode.Read, request.TransactionId, cancellationToken);
        var found = await FindAsync(lease.Session, type, [identity], cancellationToken);
        return new ReadResourceResponse
        {
            Success = true,
            Exists = found.Count > 0,
            State = found.Count > 0 ? RecordedState.Write(found[0], null, type.Schema) : null,
        };
    }

    public async Task<DiscoverResourcesResponse> DiscoverAsync(DiscoverResourcesRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var wanted = types.All;
        if (request.ResourceType is not ("" or "*"))
        {
            if (!types.TryResolve(request.ResourceType, out var type))
            {
                return Envelope.Failure<DiscoverResourcesResponse>([types.Unresolved(request.ResourceType, null)]);
            }

            wanted = [type];
        }

        if (DiscoverFilters.Read(request.Filters, out var faults) is not { } filters)
        {
            return Envelope.Failure<DiscoverResourcesResponse>(faults);
        }

        var found = new List<DiscoveredResource>();
        await using var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken);
        foreach (var type in wanted)
        {
            var identities = filters.States?.Select(s => IdentityOf(type, s, type.Name)).ToHashSet(StringComparer.Ordinal);
            var definitions = await FindAsync(session, type, identities, cancellationToken);
            var matching = definitions.Where(d => filters.Match(d, IdentityOf(type, d, type.Name))).Select(d => Describe(type, d)).ToList();
            Log.Discovered(loggers.Discovery, matching.Count, type.Name);
            found.AddRange(matching);
        }

        return new DiscoverResourcesResponse { Success = true, Resources = found };
    }

    private DiscoveredResource Describe(ResourceType<TSession> type, JsonObject definition) => new()
    {
        Type = types.FullName(type),
        Name = definition["name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String
            ? name.GetValue<string>()
            : IdentityOf(type, definition, type.Name),
        Config = HandlerCall.Run(type.Name, nameof(type.Discoverer.ToConfig), () => type.Discoverer.ToConfig(definition)),
        State = RecordedState.Write(definition, null, type.Schema),
    };

    private static Task<IReadOnlyList<JsonObject>> FindAsync(
        TSession session, ResourceType<TSession> type, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        HandlerCall.RunAsync(type.Name, nameof(type.Discoverer.ReadAsync), () => type.Discoverer.ReadAsync(session, identities, cancellationToken));

    private static string IdentityOf(ResourceType<TSession> type, JsonObject definition, string subject) =>
        HandlerCall.Run(subject, nameof(ICreateHandler.IdentityOf), () => type.Creator.IdentityOf(definition));
}
