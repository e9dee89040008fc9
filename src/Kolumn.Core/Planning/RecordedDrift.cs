using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Planning;

/// <summary>What became of one recorded resource.</summary>
/// <param name="Instance">Its provider instance.</param>
/// <param name="Status"><c>in_sync</c>, <c>drifted</c> or <c>missing</c> of <see cref="DriftStatuses"/>.</param>
/// <param name="Changes">From what is recorded to what exists; empty unless it has drifted.</param>
public sealed record RecordedDrift(string Instance, string Address, string Status, IReadOnlyDictionary<string, AttributeChange> Changes)
{
    /// <summary>
    /// Reads it off a planned deletion. One that needs no statement and says why is of something that is gone. Where the state holds
    /// a mark instead of a sensitive value there is nothing to compare with.
    /// </summary>
    /// <param name="marked">See <see cref="SensitiveMark.PathsIn"/>.</param>
    internal static RecordedDrift Of(string instance, PlannedResource deletion, IReadOnlyList<string> marked)
    {
        var changes = new OrderedDictionary<string, AttributeChange>(
            (deletion.Drift ?? new Dictionary<string, AttributeChange>()).Where(c => !marked.Any(m => IsWithin(c.Key, m))), StringComparer.Ordinal);
        var isGone = deletion is { Action: ResourceActions.Delete, Reason.Length: > 0, Statements: null or { Count: 0 } } && changes.Count == 0;
        return new RecordedDrift(
            instance, deletion.Address, isGone ? DriftStatuses.Missing : changes.Count > 0 ? DriftStatuses.Drifted : DriftStatuses.InSync, changes);
    }

    private static bool IsWithin(string path, string outer) =>
        path.StartsWith(outer, StringComparison.Ordinal) && (path.Length == outer.Length || path[outer.Length] is '.' or '[');
}
