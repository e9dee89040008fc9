namespace Kolumn.Core.Streaming;

/// <summary>What to relay, and how long.</summary>
public sealed record StreamOptions
{
    /// <summary>The provider instance; null where there is only one.</summary>
    public string? Provider { get; init; }

    /// <summary>Names of outboxes; none: all that have a route.</summary>
    public IReadOnlyList<string> Outboxes { get; init; } = [];

    /// <summary>Ends when no event is pending any more, instead of going on until it is cancelled.</summary>
    public bool Once { get; init; }

    /// <summary>Where sinks of type <c>stdout</c> write; null: such sinks are refused.</summary>
    public Stream? Output { get; init; }

    /// <summary>The value of an environment variable; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}

/// <param name="Outboxes">What became of the events of each.</param>
public sealed record StreamResult(IReadOnlyList<Protocol.Diagnostic> Diagnostics, IReadOnlyList<RelayCounts> Outboxes) : EngineResult(Diagnostics);

/// <summary>What a relay did.</summary>
/// <param name="Outbox">Its name.</param>
/// <param name="Delivered">Events that every route has delivered, or that none wanted.</param>
/// <param name="Failed">Dead letters.</param>
/// <param name="Retried">Attempts that failed and were put off.</param>
public sealed record RelayCounts(string Outbox, long Delivered, long Failed, long Retried);
