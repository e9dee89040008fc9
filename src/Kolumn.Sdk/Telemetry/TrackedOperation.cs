using System.Diagnostics;
using Kolumn.Protocol;
using Kolumn.Sdk.Internal;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Telemetry;

/// <summary>
/// One operation of a provider, told when it is disposed: as a line of the log, which carries provider, request id and duration,
/// and as a span of the trace that the request belongs to (provider runtime contract, helper packages).
/// </summary>
public sealed class TrackedOperation : IDisposable
{
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Activity? _span;
    private string? _failure;

    internal TrackedOperation(ILogger logger, string provider, string name)
    {
        _logger = logger;
        _name = name;
        _span = ProviderSpans.Source.StartActivity(name)?.SetTag("kolumn.provider", provider).SetTag("kolumn.request_id", RequestScope.RequestId);
    }

    /// <summary>Adds a figure or a name to the span. Never a value that may be a secret.</summary>
    public TrackedOperation Tag(string name, object? value)
    {
        _span?.SetTag(name, value);
        return this;
    }

    /// <summary>The operation did not do what it was to do. Only the code is told: texts of databases may hold anything.</summary>
    public void Fail(string code)
    {
        _failure = code;
        _span.Fail(code);
    }

    /// <inheritdoc cref="Fail(string)"/>
    public void Fail(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        Fail(diagnostic.Code);
    }

    public void Dispose()
    {
        _span?.Dispose();
        var elapsed = (long)Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
        if (_failure is null)
        {
            Log.OperationDone(_logger, _name, elapsed);
        }
        else
        {
            Log.OperationFailed(_logger, _name, elapsed, _failure);
        }
    }
}
