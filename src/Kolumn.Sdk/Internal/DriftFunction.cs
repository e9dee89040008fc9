using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Internal;

/// <summary>DetectDrift: what was asked for, what the state adds to it, and the sums.</summary>
internal sealed class DriftFunction<TSession>(ResourceTypes<TSession> types, DriftDetection<TSession> detection, IDatabaseFacts<TSession>? facts, ProviderLoggers loggers, SecretScrubber scrubber)
    where TSession : IProviderSession
{
    public async Task<DriftResponse> DetectAsync(DriftRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var single = request.ResourceType is not null || request.Name is not null || request.ManagedState is not null;
        if (FaultOf(request, single) is { } fault)
        {
            return Envelope.Failure<DriftResponse>([fault]);
        }

        IReadOnlyList<DriftTarget> asked = single
            ? [new DriftTarget { ResourceType = request.ResourceType ?? "", Name = request.Name ?? "", ManagedState = request.ManagedState }]
            : request.Resources;
        var targets = TargetsOf(asked, call.State.Get().State!);
        var options = request.Options ?? new DriftOptions();
        var comparison = new DriftComparison(options.IgnoreFields, options.DeepInspection);
        var found = await detection.RunAsync(call.Connection, targets, comparison, options.IncludeUnmanaged, options.IncludeMetrics ? facts : null, cancellationToken);
        var resources = found.Select(Scrub).ToList();
        var slips = comparison.Slips(targets.Select(t => types.TryResolve(t.ResourceType, out var type) ? type.Schema : null).OfType<Protocol.Schema.ObjectType>()).ToList();
        if (options.IncludeMetrics && facts is null)
        {
            slips.Add(Diagnostic.Warning(DiagnosticCodes.InvalidValue, "the provider knows nothing of sizes", "Leave include_metrics out.") with { Attribute = AttributePath.Of("options").Member("include_metrics") });
        }

        Log.DriftDetected(loggers.Discovery, resources.Count, resources.Count(r => r.HasDrift));
        return new DriftResponse
        {
            Success = true,
            HasDrift = resources.Exists(r => r.HasDrift),
            Resources = resources,
            Summary = Summarise(resources),
            Changes = single ? resources[0].Changes : null,
            Diagnostics = slips.Count > 0 ? slips : null,
        };
    }

    /// <summary>The records of the state as targets; what is quarantined or gone on purpose is not missed.</summary>
    public static IReadOnlyList<DriftTarget> TargetsOf(ProviderState state) =>
    [
        .. state.Resources.Where(r => r.Status == "active").Select(r => new DriftTarget { ResourceType = r.Type, Name = r.Name, ManagedState = r.State }),
    ];

    private IReadOnlyList<DriftTarget> TargetsOf(IReadOnlyList<DriftTarget> asked, ProviderState state)
    {
        if (asked.Count == 0)
        {
            return TargetsOf(state);
        }

        var recorded = new Dictionary<string, ResourceInstance>(StringComparer.Ordinal);
        foreach (var instance in state.Resources)
        {
            recorded[AddressOf(instance.Type, instance.Name)] = instance;
        }

        return [.. asked.Select(t => t with { ManagedState = t.ManagedState ?? recorded.GetValueOrDefault(AddressOf(t.ResourceType, t.Name))?.State })];
    }

    private string AddressOf(string type, string name) => new ResourceAddress(types.FullName(type), name).ToString();

    private static Diagnostic? FaultOf(DriftRequest request, bool single) =>
        single && request.Resources.Count > 0 ? Diagnostic.Error(
            DiagnosticCodes.InvalidRequest, "the request names resources in two ways", "Send either resources, or resource_type and name of a single one.")
        : request.Resources.Count > Limits.MaxResources ? Limits.TooManyResources(request.Resources.Count)
        : null;

    private ResourceDrift Scrub(ResourceDrift drift) => drift.Metadata?["error"]?.GetValue<string>() is not { } error ? drift : drift with
    {
        Metadata = new System.Text.Json.Nodes.JsonObject { ["code"] = drift.Metadata["code"]?.DeepClone(), ["error"] = scrubber.Scrub(error) },
        Recommendations = drift.Recommendations?.Select(scrubber.Scrub).ToList(),
    };

    private static DriftSummary Summarise(List<ResourceDrift> resources)
    {
        var changes = resources.SelectMany(r => r.Changes).ToList();
        return new DriftSummary
        {
            TotalResources = resources.Count,
            TotalDifferences = changes.Count,
            BySeverity = changes.CountBy(c => c.Severity).ToDictionary(),
            ByChangeType = changes.CountBy(c => c.ChangeType).ToDictionary(),
            RequiresAction = changes.Exists(c => c.Severity != "low"),
        };
    }
}
