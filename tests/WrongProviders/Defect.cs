using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;

namespace Kolumn.WrongProviders;

/// <summary>One thing that a provider does wrong; everything that is left out it does right.</summary>
internal sealed record Defect(string Name)
{
    /// <summary>Before it serves.</summary>
    public Action? BeforeStart { get; init; }

    /// <summary>Instead of serving; returns when it has ended.</summary>
    public Func<Task>? InsteadOfServing { get; init; }

    /// <summary>Instead of the outbox companion's method.</summary>
    public Func<OutboxExchangeResponse, OutboxExchangeResponse>? Exchange { get; init; }

    /// <summary>When it should have ended.</summary>
    public Action? AfterEnd { get; init; }

    /// <summary>Instead of Configure.</summary>
    public Func<JsonObject, Func<Task<Envelope>>, Task<Envelope>>? Configure { get; init; }

    /// <summary>What it says about itself; how often it was asked.</summary>
    public Func<JsonObject, int, JsonObject>? Schema { get; init; }

    /// <summary>Instead of a call.</summary>
    public Call? Function { get; init; }

    /// <summary>Instead of Close; how often it was called.</summary>
    public Func<int, Envelope?>? Close { get; init; }
}

/// <summary>A call on its way to the sound provider.</summary>
/// <param name="function">As asked for.</param>
/// <param name="input">Null where it is no JSON.</param>
/// <param name="next">What the sound provider makes of a request.</param>
/// <returns>The answer, which need not be JSON.</returns>
internal delegate Task<string> Call(string function, JsonObject? input, Next next, CancellationToken cancellationToken);

/// <summary>What the sound provider makes of a request; null sends the one that came.</summary>
internal delegate Task<string> Next(string? function = null, JsonObject? input = null);
