using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Kolumn.Sdk.Telemetry;

/// <summary>
/// Sends the traces and metrics of this process by OTLP when OpenTelemetry's environment variables ask for it: an endpoint
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or one for traces or metrics alone), or <c>OTEL_TRACES_EXPORTER</c> or
/// <c>OTEL_METRICS_EXPORTER</c> with the value <c>otlp</c>. The exporter reads everything else that the specification of these
/// variables names itself: protocol, headers, limits, sampling, the resource's attributes.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>What is not sent by then is lost: nobody waits longer for a command because its collector is slow.</summary>
    private const int FlushMs = 2000;

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private TelemetryExport(TracerProvider? traces, MeterProvider? metrics)
    {
        _traces = traces;
        _metrics = metrics;
    }

    /// <param name="service">The process's name where <c>OTEL_SERVICE_NAME</c> gives none.</param>
    /// <param name="variable">The environment.</param>
    /// <returns>null when nothing is to be sent; then nothing of OpenTelemetry is loaded.</returns>
    public static TelemetryExport? FromEnvironment(string service, string version, Func<string, string?> variable)
    {
        if (string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var (traces, metrics) = (IsAsked("TRACES"), IsAsked("METRICS"));
        return traces || metrics ? Open(service, version, traces, metrics) : null;

        bool IsAsked(string signal) => variable($"OTEL_{signal}_EXPORTER") switch
        {
            null or "" => !string.IsNullOrEmpty(variable("OTEL_EXPORTER_OTLP_ENDPOINT")) || !string.IsNullOrEmpty(variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")),
            var exporters => exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp", StringComparer.OrdinalIgnoreCase),
        };
    }

    public void Dispose()
    {
        _traces?.ForceFlush(FlushMs);
        _metrics?.ForceFlush(FlushMs);
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static TelemetryExport Open(string service, string version, bool traces, bool metrics)
    {
        void Describe(ResourceBuilder resource) => resource.AddService(service, serviceVersion: version).AddEnvironmentVariableDetector();
        return new TelemetryExport(
            traces ? OpenTelemetry.Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource("Kolumn.*").AddOtlpExporter().Build() : null,
            metrics ? OpenTelemetry.Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter("Kolumn.*").AddOtlpExporter().Build() : null);
    }
}
