using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// ValidateState:
/// <list type="number">
/// <item>a configuration, where one is given, as planning would check it;</item>
/// <item>a state, where one is given or no configuration is: its format, then its resources (<see cref="StateChecks{TSession}"/>);</item>
/// <item>unless told otherwise, whether what it names exists as recorded (<see cref="DriftDetection{TSession}"/>);</item>
/// <item>errors and warnings apart, all of them errors when the check is strict.</item>
/// </list>
/// </summary>
internal sealed class ValidateFunction<TSession>(
    ResourceTypes<TSession> types,
    StateChecks<TSession> checks,
    PlanPreparation<TSession> preparation,
    DriftDetection<TSession> detection,
    ProviderLoggers loggers,
    SecretScrubber scrubber)
    where TSession : IProviderSession
{
    /// <summary>More findings than anybody reads; the rest are counted.</summary>
    private const int MaxFindings = 1000;

    private const int MaxSuggestions = 20;

    public async Task<ValidateResponse> ValidateAsync(ValidateRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (FaultOf(request) is { } fault)
        {
            return Envelope.Failure<ValidateResponse>([fault]);
        }

        var findings = new List<Diagnostic>();
        var count = 0;
        if (request.Config is not null)
        {
            findings.AddRange(CheckConfig(request, call.Connection.DefaultSchema)); // 1
            count++;
        }

        if (request.State is not null || request.Config is null)
        {
            count += await CheckStateAsync(request, request.State ?? call.State.Get().State!, call, findings, cancellationToken); // 2, 3
        }

        return Answer(findings, count, request.Options is { Strict: true }); // 4
    }

    private Diagnostic? FaultOf(ValidateRequest request)
    {
        if (request.Config is null != string.IsNullOrEmpty(request.ObjectType))
        {
            return Diagnostic.Error(DiagnosticCodes.InvalidRequest, "config and object_type belong together", "Send both to check a configuration, neither to check the state.");
        }

        if (request.State is { Resources.Count: > Limits.MaxResources } state)
        {
            return Limits.TooManyResources(state.Resources.Count);
        }

        return request.ResourceTypes.FirstOrDefault(t => !types.TryResolve(t, out _)) is { } unknown ? types.Unresolved(unknown, null) : null;
    }

    private IReadOnlyList<Diagnostic> CheckConfig(ValidateRequest request, string? defaultSchema)
    {
        var name = request.Config!["name"] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : "this";
        return preparation.Prepare([new PlanResource { ResourceType = request.ObjectType!, Name = name, Config = request.Config, Action = ResourceActions.Create }], defaultSchema).Diagnostics;
    }

    private async Task<int> CheckStateAsync(
        ValidateRequest request, ProviderState state, Call<TSession> call, List<Diagnostic> findings, CancellationToken cancellationToken)
    {
        if (StateFormat.Read(state.Version).Fault is { } unreadable)
        {
            findings.Add(unreadable with { Attribute = AttributePath.Of("version") });
            return 0;
        }

        var wanted = request.ResourceTypes.Select(t => types.TryResolve(t, out var type) ? type : null).ToHashSet();
        var resources = wanted.Count == 0
            ? state.Resources
            : [.. state.Resources.Where(r => types.TryResolve(r.Type, out var type) && wanted.Contains(type))];
        findings.AddRange(checks.Check(resources));
        if (request.Options?.CheckDependencies ?? true)
        {
            findings.AddRange(checks.CheckDependencies(resources, state.Resources));
        }

        if (request.Options?.CheckDatabase ?? true)
        {
            // What the first checks could not read is reported there.
            var targets = DriftFunction<TSession>.TargetsOf(state with { Resources = resources })
                .Where(t => t.ManagedState is { Count: > 0 } && !findings.Exists(f => f.Address == t.Address && f.Severity == Severity.Error)).ToList();
            var drifts = await detection.RunAsync(call.Connection, targets, new DriftComparison([], deep: false), includeUnmanaged: false, metrics: null, cancellationToken);
            findings.AddRange(drifts.Select(ToFinding).OfType<Diagnostic>());
        }

        return resources.Count;
    }

    private static Diagnostic? ToFinding(ResourceDrift drift) => (drift.Status switch
    {
        DriftStatuses.Missing => Diagnostic.Error(DiagnosticCodes.State, "it does not exist in the database", drift.Recommendations![0]),
        DriftStatuses.Drifted => Diagnostic.Warning(
            DiagnosticCodes.State, $"it is not as recorded: {string.Join(", ", drift.Changes.Take(10).Select(c => c.Field))}{(drift.Changes.Count > 10 ? ", …" : "")}", drift.Recommendations![0]),
        DriftStatuses.Error => Diagnostic.Error(
            drift.Metadata!["code"]!.GetValue<string>(), drift.Metadata["error"]!.GetValue<string>(), drift.Recommendations is [var detail, ..] ? detail : null),
        _ => null,
    }) is { } finding ? finding with { Address = drift.Address } : null;

    private ValidateResponse Answer(List<Diagnostic> findings, int count, bool strict)
    {
        var all = findings.Take(MaxFindings).Select(ToPayload).ToList();
        if (findings.Count > MaxFindings)
        {
            all.Add(ToPayload(Diagnostic.Warning(DiagnosticCodes.InvalidRequest, $"{findings.Count - MaxFindings} more findings are not shown", "Put these right first.")));
        }

        if (strict)
        {
            all = [.. all.Select(f => f with { Severity = Severity.Error })];
        }

        var errors = all.Where(f => f.Severity == Severity.Error).ToList();
        var warnings = all.Where(f => f.Severity != Severity.Error).ToList();
        Log.StateValidated(loggers.State, count, errors.Count, warnings.Count);
        var suggestions = all.Select(f => f.Suggestion).OfType<string>().Distinct(StringComparer.Ordinal).Take(MaxSuggestions).ToList();
        return new ValidateResponse
        {
            Success = true,
            Valid = errors.Count == 0 && findings.TrueForAll(f => f.Severity != Severity.Error),
            Errors = errors,
            Warnings = warnings,
            Suggestions = suggestions.Count > 0 ? suggestions : null,
            Checked = count,
        };
    }

    private ValidationFinding ToPayload(Diagnostic finding) => new()
    {
        Code = finding.Code,
        Message = scrubber.Scrub(finding.Summary),
        Field = finding.Attribute?.ToString(),
        Severity = finding.Severity,
        Suggestion = finding.Detail is { } detail ? scrubber.Scrub(detail) : null,
        Resource = finding.Address,
    };
}
