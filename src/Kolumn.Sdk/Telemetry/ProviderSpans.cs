using System.Diagnostics;
using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Telemetry;

/// <summary>The spans of a provider, under the name <c>Kolumn.Provider</c>. They cost nothing while nobody listens.</summary>
internal static class ProviderSpans
{
    public static ActivitySource Source { get; } = new("Kolumn.Provider");

    /// <summary>The answer to one request, which continues the caller's trace.</summary>
    /// <param name="traceparent">W3C trace context; null or malformed: the span begins a trace of its own.</param>
    public static Activity? Answer(string call, string? traceparent) => Source.StartActivity(
        call, ActivityKind.Server, ActivityContext.TryParse(traceparent, null, isRemote: true, out var caller) ? caller : default)
        ?.SetTag("kolumn.request_id", RequestScope.RequestId);

    /// <summary>The code alone: a message may hold anything.</summary>
    public static void Fail(this Activity? span, string code) => span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", code);
}
