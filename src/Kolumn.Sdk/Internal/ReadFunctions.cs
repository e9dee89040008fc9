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

        // What has no name of its own is found by what is recorded of it; without a record there is nothing to look for.
        var recorded = RecordedState.Read(request.State)?.Definition;
        if (recorded is null && !type.Schema.Attributes.ContainsKey("name"))
        {
            return new ReadResourceResponse { Success = true };
        }

        // Of what belongs to something else, as a trigger, the name alone may say too little.
        var isPartial = recorded is null && !type.IsIdentifiedByName(request.Name);
        if ((isPartial ? request.Name : type.TryIdentityOf(recorded ?? new JsonObject { ["name"] = request.Name })) is not { } identity)
        {
            return Envelope.Failure<ReadResourceResponse>([DriftDetection<TSession>.UnreadableRecord(address)]);
        }

        await using var lease = await call.OpenAsync(SessionMode.Read, request.TransactionId, cancellationToken);
        var candidates = (await type.ReadAsync(lease.Session, [identity], cancellationToken)).Values.Where(d => !type.IsStandard(d)).ToList();
        if (candidates.Count == 0 && isPartial)
        {
            candidates = [.. (await type.ReadAsync(lease.Session, null, cancellationToken)).Values.Where(d => d["name"] is JsonValue name && name.ToString() == request.Name)];
        }

        if (candidates.Count > 1 && isPartial)
        {
            return Envelope.Failure<ReadResourceResponse>([Diagnostic.Error(
                DiagnosticCodes.InvalidRequest, $"there are {candidates.Count} of the name {request.Name}: {string.Join(", ", candidates.Take(10).Select(type.IdentityOf))}", "Send the recorded state, or one of these as the name.") with { Address = address }]);
        }

        var found = candidates.FirstOrDefault();
        return new ReadResourceResponse
        {
            Success = true,
            Exists = found is not null,
            State = found is null ? null : RecordedState.Write(found, null, type.Schema),
        };
    }

    public async Task<DiscoverResourcesResponse> DiscoverAsync(DiscoverResourcesRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        IReadOnlyList<ResourceType<TSession>> wanted = [.. types.All];
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

        if (DiscoverPage.Read(request, wanted, out var fault) is not { } page)
        {
            return Envelope.Failure<DiscoverResourcesResponse>([fault!]);
        }

        var (found, leftOut) = (new List<(string Identity, string Type, DiscoveredResource Resource)>(), new List<Diagnostic>());
        await using var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken);
        var parts = filters.States is null ? await types.PartsAsync(session, cancellationToken) : new HashSet<ObjectReference>();
        foreach (var type in wanted.Skip(page.FirstType))
        {
            var identities = filters.States?.Select(type.IdentityOf).ToHashSet(StringComparer.Ordinal);
            var definitions = await type.ReadAsync(session, identities, cancellationToken);
            var matching = page.Cut(type, definitions.Where(d => filters.Match(d.Value, d.Key) && !parts.Contains(new ObjectReference(type.Name, d.Key))).ToList());
            Log.Discovered(loggers.Discovery, matching.Count, type.Name);
            found.AddRange(matching.Select(d => (d.Key, type.Name, Describe(type, d.Key, d.Value))));
            if (identities is null && page.Begins(type.Name))
            {
                leftOut.AddRange(await type.FindUnsupportedAsync(session, cancellationToken));
            }

            if (page.IsFull(found.Count))
            {
                break;
            }
        }

        return page.Answer(found) with { Diagnostics = leftOut.Count > 0 ? leftOut : null };
    }

    private static DiscoveredResource Describe(ResourceType<TSession> type, string identity, JsonObject definition) => new()
    {
        Type = type.FullName,
        Name = definition["name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String
            ? name.GetValue<string>()
            : identity,
        Config = HandlerCall.Run(type.Name, nameof(type.Discoverer.ToConfig), () => type.Discoverer.ToConfig(definition)),
        State = RecordedState.Write(definition, null, type.Schema),
    };
}
