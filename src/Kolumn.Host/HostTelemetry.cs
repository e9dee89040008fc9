using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Kolumn.Host;

/// <summary>
/// What the host tells OpenTelemetry, under the name <c>Kolumn.Host</c>: a span for each start and each call of a provider, which
/// the provider's own spans continue (W3C trace context), and three metrics. Costs nothing while nobody listens.
/// </summary>
internal static class HostTelemetry
{
    public const string Name = "Kolumn.Host";

    private static readonly ActivitySource Spans = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Starts = Meter.CreateCounter<long>("kolumn.provider.starts", "{process}", "Provider processes started.");
    private static readonly Counter<long> Crashes = Meter.CreateCounter<long>("kolumn.provider.crashes", "{process}", "Provider processes that ended without being asked.");
    private static readonly Histogram<double> Calls = Meter.CreateHistogram<double>("kolumn.provider.call.duration", "s", "How long calls of providers took.");

    /// <summary>A span around the start of a provider's process, up to its first answer.</summary>
    public static Activity? Start(string provider) => Spans.StartActivity($"start {provider}")?.SetTag("kolumn.provider", provider);

    public static void Started(string provider) => Starts.Add(1, new KeyValuePair<string, object?>("kolumn.provider", provider));

    public static void Crashed(string provider) => Crashes.Add(1, new KeyValuePair<string, object?>("kolumn.provider", provider));

    /// <summary>A span around one call. Its attributes are those of OpenTelemetry's conventions for gRPC.</summary>
    /// <param name="method">Of the four.</param>
    /// <param name="call">The function's name, or the method's.</param>
    public static Activity? Call(string provider, string method, string call, string operationId) =>
        Spans.StartActivity($"{provider} {call}", ActivityKind.Client)
            ?.SetTag("rpc.system", "grpc")
            .SetTag("rpc.service", "kolumn.provider.v1.Provider")
            .SetTag("rpc.method", method)
            .SetTag("kolumn.provider", provider)
            .SetTag("kolumn.function", call)
            .SetTag("kolumn.request_id", operationId);

    /// <summary>Adds what makes the provider's spans part of the current trace.</summary>
    public static Metadata Continue(Metadata headers)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } parent })
        {
            headers.Add("traceparent", parent);
        }

        return headers;
    }

    /// <param name="failure">null when the call was answered. Its text may hold anything and stays here.</param>
    public static void Ended(Activity? span, string provider, string call, TimeSpan elapsed, Exception? failure)
    {
        var outcome = failure switch
        {
            null => "OK",
            PluginException plugin => plugin.Reason.ToString(),
            _ => failure.GetType().Name,
        };
        if (failure is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", outcome);
        }

        Calls.Record(
            elapsed.TotalSeconds,
            new KeyValuePair<string, object?>("kolumn.provider", provider),
            new KeyValuePair<string, object?>("kolumn.function", call),
            new KeyValuePair<string, object?>("outcome", outcome));
    }
}
