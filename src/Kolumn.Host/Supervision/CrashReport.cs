using Kolumn.Host.Launching;

namespace Kolumn.Host.Supervision;

/// <summary>One crash, however many calls it failed.</summary>
/// <param name="InFlight">The functions that were running.</param>
/// <param name="StandardError">The last lines, neutralised and scrubbed.</param>
internal sealed record CrashReport(int ProcessId, ProcessExit Exit, IReadOnlyList<string> InFlight, IReadOnlyList<string> StandardError)
{
    public string What => $"its process {ProcessId} ended with {Exit}{(InFlight.Count == 0 ? "" : $" during {string.Join(", ", InFlight)}")}";

    public override string ToString() =>
        StandardError.Count == 0 ? What : $"{What}. Its last lines on stderr:{string.Concat(StandardError.Select(l => $"\n  | {l}"))}";
}
