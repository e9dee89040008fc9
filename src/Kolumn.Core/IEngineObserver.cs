using Kolumn.Core.Planning;
using Kolumn.Protocol;

namespace Kolumn.Core;

/// <summary>
/// Is told what happens while the engine works, to show it. Events of one provider come in order, from any thread, one at a
/// time; the call returns at once.
/// </summary>
public interface IEngineObserver
{
    void On(EngineEvent happening);
}

/// <summary>Something that happened. Texts are free of secrets.</summary>
public abstract record EngineEvent;

/// <param name="Instance"><c>postgres</c> or <c>postgres.production</c>.</param>
public sealed record ProviderStarting(string Instance) : EngineEvent;

/// <summary>The provider has told what it is; it connects to its database when it is configured.</summary>
public sealed record ProviderStarted(string Instance, string Version) : EngineEvent;

/// <summary>The provider is connected and compares <paramref name="Resources"/> resources with its database.</summary>
public sealed record PlanningStarted(string Instance, int Resources) : EngineEvent;

public sealed record PlanningFinished(string Instance, PlanCounts Counts) : EngineEvent;

public sealed record ApplyStarted(string Instance, int Changes) : EngineEvent;

/// <summary>What a provider tells while it works.</summary>
public sealed record ResourceProgress(string Instance, string? Address, string? Stage, string? Message, long? Current, long? Total) : EngineEvent;

/// <summary>The outcome for one resource is certain.</summary>
/// <param name="Action">One of <see cref="ResourceActions"/>.</param>
public sealed record ResourceFinished(string Instance, string Address, string Action, ResourceOutcome Outcome, TimeSpan Duration, Diagnostic? Diagnostic)
    : EngineEvent
{
    /// <summary>Deleted, and kept where it can be restored from.</summary>
    public bool InQuarantine { get; init; }
}

/// <summary>A line of a provider's own log.</summary>
/// <param name="Level"><c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
public sealed record ProviderMessage(string Instance, string Level, string Message) : EngineEvent;

/// <summary>How it ended for one resource.</summary>
public enum ResourceOutcome
{
    /// <summary>Done, or found to be as wanted.</summary>
    Succeeded,

    Failed,

    /// <summary>Not attempted, or undone with everything else of its transaction.</summary>
    Skipped,

    /// <summary>The provider was lost while it worked; the next plan reads what is there.</summary>
    Unknown,
}

/// <summary>Shows nothing.</summary>
public sealed class SilentObserver : IEngineObserver
{
    public static SilentObserver Instance { get; } = new();

    public void On(EngineEvent happening)
    {
    }
}
