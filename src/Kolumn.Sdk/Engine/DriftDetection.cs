using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Compares what is recorded with what exists:
/// <list type="number">
/// <item>find the type, the record and the identity of every target; what makes no sense is reported in its place;</item>
/// <item>read what exists, once per type: the targets' objects, or all where unmanaged ones are asked for;</item>
/// <item>compare each target with what exists;</item>
/// <item>list what exists and is not among the targets;</item>
/// <item>add what the database knows of the objects' sizes, where that is asked for.</item>
/// </list>
/// Nothing is normalised and nothing is written: a record is the catalog's own spelling.
/// </summary>
internal sealed class DriftDetection<TSession>(ResourceTypes<TSession> types)
    where TSession : IProviderSession
{
    /// <param name="connection">To the database.</param>
    /// <param name="targets">What is compared.</param>
    /// <param name="comparison">How.</param>
    /// <param name="includeUnmanaged">Whether what is not among the targets is listed.</param>
    /// <param name="metrics">Whom to ask for sizes; null: nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ProviderException">The database cannot be reached.</exception>
    public async Task<IReadOnlyList<ResourceDrift>> RunAsync(
        IProviderConnection<TSession> connection,
        IReadOnlyList<DriftTarget> targets,
        DriftComparison comparison,
        bool includeUnmanaged,
        IDatabaseFacts<TSession>? metrics,
        CancellationToken cancellationToken)
    {
        var sought = targets.Select(Seek).ToList(); // 1
        var results = new ResourceDrift[targets.Count];
        for (var index = 0; index < results.Length; index++)
        {
            if (sought[index].Fault is { } fault)
            {
                results[index] = Failed(targets[index], fault);
            }
        }

        var unmanaged = new List<ResourceDrift>();
        await using var reading = new CatalogReading<TSession>(connection);
        var byType = Enumerable.Range(0, results.Length).Where(i => sought[i].Type is not null).ToLookup(i => sought[i].Type!);
        foreach (var type in types.All.Where(t => includeUnmanaged || byType.Contains(t)))
        {
            var identities = byType[type].Select(i => sought[i].Identity).ToHashSet(StringComparer.Ordinal);
            var (found, refusal) = await reading.ReadAsync(type, includeUnmanaged ? null : identities, cancellationToken); // 2
            foreach (var index in byType[type])
            {
                results[index] = refusal is null
                    ? Compare(targets[index], sought[index], found.GetValueOrDefault(sought[index].Identity), comparison) // 3
                    : Failed(targets[index], refusal);
            }

            if (includeUnmanaged)
            {
                unmanaged.AddRange(refusal is null
                    ? found.Where(f => !identities.Contains(f.Key)).Select(f => Unmanaged(type.FullName, f.Key, type, f.Value)) // 4
                    : [Failed(new DriftTarget { ResourceType = type.FullName }, refusal)]);
            }
        }

        if (metrics is null)
        {
            return [.. results, .. unmanaged];
        }

        await using var session = await connection.OpenAsync(SessionMode.Read, cancellationToken); // 5
        var known = (await metrics.ReadAsync(session, cancellationToken)).Objects;
        return
        [
            .. results.Select((r, i) => sought[i].Type is { } type ? WithMetrics(r, known.GetValueOrDefault(new ObjectReference(type.Name, sought[i].Identity))) : r),
            .. unmanaged.Select(r => types.TryResolve(r.ResourceType, out var type) ? WithMetrics(r, known.GetValueOrDefault(new ObjectReference(type.Name, r.Name))) : r),
        ];
    }

    private static ResourceDrift WithMetrics(ResourceDrift drift, ObjectStatistics? statistics)
    {
        if (statistics is null || drift.ActualState is null)
        {
            return drift;
        }

        var metadata = (JsonObject?)drift.Metadata?.DeepClone() ?? [];
        metadata["metrics"] = PayloadJson.ToNode(statistics);
        return drift with { Metadata = metadata };
    }

    private Sought Seek(DriftTarget target)
    {
        if (!types.TryResolve(target.ResourceType, out var type))
        {
            return new Sought(null, "", null, types.Unresolved(target.ResourceType, target.Address));
        }

        if (target.Name.Length == 0)
        {
            return new Sought(null, "", null, Diagnostic.Error(DiagnosticCodes.InvalidRequest, "the resource has no name") with { Address = target.Address });
        }

        var recorded = RecordedState.Read(target.ManagedState)?.Definition;
        return (target.ResourceId ?? type.TryIdentityOf(recorded ?? new JsonObject { ["name"] = target.Name })) is { } identity
            ? new Sought(type, identity, recorded, null)
            : new Sought(null, "", null, UnreadableRecord(target.Address));
    }

    /// <summary>A record in which its own handler finds no name.</summary>
    public static Diagnostic UnreadableRecord(string address) => Diagnostic.Error(
        DiagnosticCodes.State,
        "what is recorded is not a definition of its type",
        "Take the record from a backup, or remove it from the state and plan: an equal object is adopted untouched.") with
    {
        Address = address,
    };

    private static ResourceDrift Compare(DriftTarget target, Sought sought, JsonObject? actual, DriftComparison comparison)
    {
        var (type, recorded) = (sought.Type!, sought.Recorded);
        if (recorded is null)
        {
            return actual is not null
                ? Unmanaged(target.ResourceType, target.Name, type, actual)
                : Failed(target, Diagnostic.Error(
                    DiagnosticCodes.State,
                    $"{type.Name} {sought.Identity} is neither in the state nor in the database",
                    "Call SetState first or send managed_state.") with
                {
                    Address = target.Address,
                });
        }

        actual = actual is null ? null : SharedParts.Own(type.Creator, actual, recorded);
        var changes = actual is null ? [DriftComparison.Gone(recorded)] : comparison.Compare(recorded, actual, type.Schema);
        var status = actual is null ? DriftStatuses.Missing : changes.Count > 0 ? DriftStatuses.Drifted : DriftStatuses.InSync;
        return new ResourceDrift
        {
            ResourceType = target.ResourceType,
            Name = target.Name,
            Status = status,
            HasDrift = changes.Count > 0,
            Changes = changes,
            ActualState = actual is null ? null : RecordedState.Write(actual, null, type.Schema),
            Recommendations = status switch
            {
                DriftStatuses.Missing => ["Plan to create it again, or remove it from the configuration."],
                DriftStatuses.Drifted => ["Plan to change it back, or write the change into the configuration to keep it."],
                _ => null,
            },
        };
    }

    private static ResourceDrift Unmanaged(string resourceType, string name, ResourceType<TSession> type, JsonObject actual) => new()
    {
        ResourceType = resourceType,
        Name = name,
        Status = DriftStatuses.Unmanaged,
        ActualState = RecordedState.Write(actual, null, type.Schema),
        Recommendations = ["Describe it in the configuration to manage it: an equal object is adopted untouched."],
    };

    private static ResourceDrift Failed(DriftTarget target, Diagnostic fault) => new()
    {
        ResourceType = target.ResourceType,
        Name = target.Name,
        Status = DriftStatuses.Error,
        Metadata = new JsonObject { ["code"] = fault.Code, ["error"] = fault.Summary },
        Recommendations = fault.Detail is { } detail ? [detail] : null,
    };

    /// <param name="Type">null when there is a fault.</param>
    private sealed record Sought(ResourceType<TSession>? Type, string Identity, JsonObject? Recorded, Diagnostic? Fault);
}
