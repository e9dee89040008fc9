using Microsoft.Extensions.Logging;

namespace Kolumn.Host;

/// <summary>The host's log events: 2000 launching, 2100 connection, 2200 output, 2300 stopping. Never a value of a configuration.</summary>
internal static partial class Log
{
    /// <summary>An event that a provider wrote itself.</summary>
    public static readonly EventId ProviderEvent = new(2200, nameof(ProviderEvent));

    [LoggerMessage(2000, LogLevel.Debug, "{Provider}: starting {Path}")]
    public static partial void Starting(ILogger logger, string provider, string path);

    [LoggerMessage(2001, LogLevel.Debug, "{Provider}: process {Pid} serves on {Network} {Address}, {Milliseconds} ms after its launch")]
    public static partial void Serving(ILogger logger, string provider, int pid, string network, string address, long milliseconds);

    [LoggerMessage(2002, LogLevel.Debug, "{Provider}: not named in the lock file, executed without verification")]
    public static partial void Unverified(ILogger logger, string provider);

    [LoggerMessage(2003, LogLevel.Warning, "{Provider}: wrote on stdout before its handshake: {Text}")]
    public static partial void NoiseBeforeHandshake(ILogger logger, string provider, string text);

    [LoggerMessage(2004, LogLevel.Warning, "The guard process {Pid} is gone; another one takes its place")]
    public static partial void GuardLost(ILogger logger, int pid);

    [LoggerMessage(2005, LogLevel.Warning, "No guard process could be started ({Reason}): providers that ignore the end of their stdin may outlive a killed host")]
    public static partial void GuardUnavailable(ILogger logger, string reason);

    [LoggerMessage(2006, LogLevel.Information, "{Provider}: started again after a crash")]
    public static partial void Restarted(ILogger logger, string provider);

    [LoggerMessage(2100, LogLevel.Warning, "{Provider}: sent an event that is not one and was left out: {Reason}")]
    public static partial void MalformedEvent(ILogger logger, string provider, string reason);

    [LoggerMessage(2101, LogLevel.Debug, "{Provider}: the stream of {Service} ended: {Reason}")]
    public static partial void StreamEnded(ILogger logger, string provider, string service, string reason);

    [LoggerMessage(2201, LogLevel.Debug, "{Provider} {Stream}: {Text}")]
    public static partial void ProviderOutput(ILogger logger, string provider, string stream, string text);

    [LoggerMessage(2202, LogLevel.Warning, "{Provider}: wrote more to {Stream} than is logged; {Lines} lines and {Bytes} bytes were dropped")]
    public static partial void OutputDropped(ILogger logger, string provider, string stream, long lines, long bytes);

    [LoggerMessage(2300, LogLevel.Error, "{Provider}: {Report}")]
    public static partial void Crashed(ILogger logger, string provider, string report);

    [LoggerMessage(2301, LogLevel.Debug, "{Provider}: stopped, {Exit}")]
    public static partial void Stopped(ILogger logger, string provider, string exit);

    [LoggerMessage(2302, LogLevel.Warning, "{Provider}: {Step} was not answered within {Milliseconds} ms")]
    public static partial void StopStepFailed(ILogger logger, string provider, string step, long milliseconds);

    [LoggerMessage(2303, LogLevel.Warning, "{Provider}: could not be killed: {Survivors}")]
    public static partial void Survivors(ILogger logger, string provider, string survivors);
}
