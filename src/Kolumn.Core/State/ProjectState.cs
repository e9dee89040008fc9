using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.State;

/// <summary>What is known to exist: a snapshot with the journal's entries played upon it. Not thread-safe.</summary>
public sealed class ProjectState
{
    private const string OutcomeKey = "outcome";
    private const string QuarantineKey = "quarantine_id";
    private const string QuarantinedStatus = "quarantined";

    private readonly Dictionary<string, Entry> _resources = new(StringComparer.Ordinal);
    private IReadOnlyList<ResourceInstance>? _inOrder;
    private long _sequence;

    /// <summary>By operation, what was announced and is not certain yet, by address.</summary>
    private readonly Dictionary<string, Dictionary<string, IntendedChange>> _open = new(StringComparer.Ordinal);

    internal ProjectState(StateDocument document)
    {
        Serial = document.Serial;
        Lineage = document.Lineage;
        UpdatedAt = document.UpdatedAt;
        Outputs = document.Outputs;
        foreach (var resource in document.Providers.SelectMany(p => p.Resources))
        {
            Set(resource);
        }
    }

    public long Serial { get; }

    public string Lineage { get; }

    public DateTimeOffset UpdatedAt { get; }

    public IReadOnlyDictionary<string, RecordedOutput> Outputs { get; private set; }

    /// <summary>What exists, in the order in which it was first recorded.</summary>
    public IReadOnlyList<ResourceInstance> Resources => _inOrder ??= [.. All.Where(r => !IsQuarantined(r))];

    /// <summary>What was deleted and is kept in its database.</summary>
    public IEnumerable<ResourceInstance> Quarantined => All.Where(IsQuarantined);

    public ResourceInstance? Find(string address) => _resources.GetValueOrDefault(address).Resource is { } resource && !IsQuarantined(resource) ? resource : null;

    /// <summary>A run ended without learning whether this resource was changed; the next plan reads it and knows.</summary>
    public static bool IsOutcomeUnknown(ResourceInstance resource) => resource.Metadata?[OutcomeKey]?.GetValue<string>() == "unknown";

    internal void Play(JournalEntry entry)
    {
        if (entry.Put is { } resource)
        {
            Set(resource);
            Settle(resource.Address);
        }
        else if (entry.Remove is { } address)
        {
            _resources.Remove(address);
            _inOrder = null;
            Settle(address);
        }
        else if (entry.Begin is { } intent)
        {
            _open[intent.Operation] = intent.Changes.ToDictionary(c => c.Address, StringComparer.Ordinal);
        }
        else if (entry.End is { } operation)
        {
            _open.Remove(operation);
        }
        else if (entry.Outputs is { } outputs)
        {
            Outputs = outputs;
        }
    }

    /// <summary>
    /// What was begun and never ended becomes records of unknown outcome: a creation one of its own, which the next plan takes
    /// for ours instead of for a stranger's; anything else a mark on the record it has.
    /// </summary>
    /// <returns>The addresses concerned.</returns>
    internal IReadOnlyList<string> ConcludeOpenIntents()
    {
        var unknown = new List<string>();
        foreach (var change in _open.Values.SelectMany(changes => changes.Values))
        {
            var record = Find(change.Address) ?? change.Resource;
            if (record is not null)
            {
                Set(WithUnknownOutcome(record));
                unknown.Add(change.Address);
            }
        }

        _open.Clear();
        return unknown;
    }

    internal StateDocument ToDocument(long serial, DateTimeOffset now) => new()
    {
        Serial = serial,
        Lineage = Lineage,
        UpdatedAt = now,
        Outputs = Outputs,
        Providers =
        [
            .. All
                .GroupBy(r => ProviderOf(r.Provider), StringComparer.Ordinal)
                .Select(g => new ProviderState { Provider = g.Key, Resources = [.. g], UpdatedAt = g.Max(r => r.UpdatedAt) }),
        ],
    };

    /// <summary>The entry in the database's ledger; null for what is not there.</summary>
    internal static string? QuarantineIdOf(ResourceInstance resource) => resource.Metadata?[QuarantineKey]?.GetValue<string>();

    internal static ResourceInstance InQuarantine(ResourceInstance resource, string id, DateTimeOffset now)
    {
        var metadata = resource.Metadata?.DeepClone().AsObject() ?? [];
        metadata[QuarantineKey] = id;
        return resource with { Status = QuarantinedStatus, Metadata = metadata, UpdatedAt = now };
    }

    /// <param name="state">What exists again; null for what the record holds.</param>
    internal static ResourceInstance Restored(ResourceInstance resource, JsonObject? state, DateTimeOffset now)
    {
        var metadata = resource.Metadata?.DeepClone().AsObject();
        metadata?.Remove(QuarantineKey);
        return resource with { Status = "active", Metadata = metadata is { Count: > 0 } ? metadata : null, State = state ?? resource.State, UpdatedAt = now };
    }

    internal static ResourceInstance WithUnknownOutcome(ResourceInstance resource)
    {
        var metadata = resource.Metadata?.DeepClone().AsObject() ?? [];
        metadata[OutcomeKey] = "unknown";
        return resource with { Metadata = metadata };
    }

    private IEnumerable<ResourceInstance> All => _resources.Values.OrderBy(e => e.Sequence).Select(e => e.Resource);

    private static bool IsQuarantined(ResourceInstance resource) => resource.Status == QuarantinedStatus;

    private void Set(ResourceInstance resource)
    {
        var sequence = _resources.TryGetValue(resource.Address, out var before) ? before.Sequence : _sequence++;
        _resources[resource.Address] = new Entry(sequence, resource);
        _inOrder = null;
    }

    private static string ProviderOf(string instance)
    {
        var dot = instance.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? instance : instance[..dot];
    }

    private void Settle(string address)
    {
        foreach (var changes in _open.Values)
        {
            changes.Remove(address);
        }
    }

    /// <summary>A dictionary forgets the order once something is removed, so the order is kept beside it.</summary>
    private readonly record struct Entry(long Sequence, ResourceInstance Resource);
}
