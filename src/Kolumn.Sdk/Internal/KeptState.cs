using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// The provider's state (specification, section 8) while the process lives: the host persists it, hands it in with SetState
/// and fetches it with GetState. Two writers are told apart by <c>metadata.lineage</c> and <c>metadata.serial</c>; the
/// <c>version</c> is the format's and is compared by number.
/// </summary>
internal sealed class KeptState(string provider, TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private ProviderState _state = new() { Provider = provider };

    public StateResponse Get()
    {
        lock (_gate)
        {
            return new StateResponse { Success = true, State = Copy(_state) };
        }
    }

    public SetStateResponse Set(SetStateRequest request)
    {
        lock (_gate)
        {
            if (FaultOf(request.State) is { } fault)
            {
                Log.StateRefused(logger, fault.Summary);
                return Envelope.Failure<SetStateResponse>([fault]);
            }

            _state = request.State! with { UpdatedAt = time.GetUtcNow() };
            Log.StateKept(logger, _state.Resources.Count);
            return new SetStateResponse { Success = true };
        }
    }

    /// <summary>Takes over what an operation brought about.</summary>
    /// <param name="changes">By address with the full type: what is recorded now; null for what is gone.</param>
    /// <param name="fullType">The full name of a type that a host may have spelled shortly.</param>
    public void Record(IReadOnlyDictionary<string, ResourceInstance?> changes, Func<string, string> fullType)
    {
        if (changes.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var now = time.GetUtcNow();
            var resources = new List<ResourceInstance>(_state.Resources.Count + changes.Count);
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var old in _state.Resources)
            {
                var address = new ResourceAddress(fullType(old.Type), old.Name).ToString();
                known.Add(address);
                if (!changes.TryGetValue(address, out var change))
                {
                    resources.Add(old);
                }
                else if (change is not null)
                {
                    resources.Add(change with { Provider = old.Provider, Metadata = old.Metadata, CreatedAt = old.CreatedAt, UpdatedAt = now });
                }
            }

            resources.AddRange(changes.Where(c => c.Value is not null && !known.Contains(c.Key)).Select(c => c.Value! with { Provider = provider, CreatedAt = now, UpdatedAt = now }));
            var metadata = (JsonObject?)_state.Metadata?.DeepClone() ?? [];
            metadata["serial"] = (SerialOf(metadata) ?? 0) + 1;
            _state = _state with { Resources = resources, Metadata = metadata, UpdatedAt = now };
            Log.StateKept(logger, resources.Count);
        }
    }

    private Diagnostic? FaultOf(ProviderState? state)
    {
        if (state is null)
        {
            return Diagnostic.Error(DiagnosticCodes.Validation, "the state is missing", "Send {\"state\": {…}}; an empty state has no resources.");
        }

        var (version, fault) = StateFormat.Read(state.Version);
        if (fault is not null)
        {
            return fault;
        }

        var kept = System.Version.Parse(_state.Version);
        if (version < kept)
        {
            return Conflict($"its format {version} is older than {kept}, which is kept already");
        }

        var (oldLineage, newLineage) = (LineageOf(_state.Metadata), LineageOf(state.Metadata));
        if (oldLineage is not null && newLineage is not null && oldLineage != newLineage)
        {
            return Conflict("it is another state altogether: its lineage differs");
        }

        return (SerialOf(_state.Metadata), SerialOf(state.Metadata)) switch
        {
            ({ } old, { } @new) when @new < old => Conflict($"its serial {@new} is behind {old}: somebody else has written since it was read"),
            ({ } old, { } @new) when @new == old && !SameResources(state) => Conflict($"serial {@new} was written with other contents already"),
            _ => null,
        };
    }

    private static Diagnostic Conflict(string why) => Diagnostic.Error(
        DiagnosticCodes.StateVersionConflict, "state version conflict", $"The state was refused because {why}. Read the state again and repeat the change.");

    private bool SameResources(ProviderState state) => CanonicalJson.AreEqual(
        PayloadJson.ToNode(_state with { UpdatedAt = default }), PayloadJson.ToNode(state with { UpdatedAt = default }));

    private static long? SerialOf(JsonObject? metadata) =>
        metadata?["serial"] is JsonValue serial && serial.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(serial.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= long.MaxValue
            ? (long)number
            : null;

    private static string? LineageOf(JsonObject? metadata) =>
        metadata?["lineage"] is JsonValue lineage && lineage.GetValueKind() == JsonValueKind.String ? lineage.GetValue<string>() : null;

    // A JSON tree must not be read by two threads at once: what leaves the lock is a copy.
    private static ProviderState Copy(ProviderState state) => PayloadJson.FromNode<ProviderState>(PayloadJson.ToNode(state)!);
}
