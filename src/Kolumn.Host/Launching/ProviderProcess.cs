namespace Kolumn.Host.Launching;

/// <summary>
/// A running provider and everything it started. Its pid stays reserved until <see cref="DisposeAsync"/>, so that no signal
/// can reach a stranger.
/// </summary>
public abstract class ProviderProcess : IAsyncDisposable
{
    public abstract int Id { get; }

    /// <summary>The lifeline: a provider stops when it reads the end of it.</summary>
    public abstract Stream StandardInput { get; }

    public abstract Stream StandardOutput { get; }

    public abstract Stream StandardError { get; }

    /// <summary>Completes when the process has ended. Descendants may still live.</summary>
    public abstract Task<ProcessExit> Exited { get; }

    /// <summary>Asks the process and its group to end.</summary>
    public abstract void Terminate();

    /// <summary>
    /// Kills the process and all it started, those included that left its group or session, until none is left or
    /// <paramref name="limit"/> is over.
    /// </summary>
    /// <returns>Who is left, as <c>pid command</c>.</returns>
    public abstract Task<IReadOnlyList<string>> KillTreeAsync(TimeSpan limit);

    /// <summary>Closes the pipes and collects the exit status. Call <see cref="KillTreeAsync"/> first.</summary>
    public abstract ValueTask DisposeAsync();
}
