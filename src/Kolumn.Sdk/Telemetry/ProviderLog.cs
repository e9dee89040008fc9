using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Kolumn.Sdk.Telemetry;

/// <summary>
/// The log of a provider process: Serilog writing compact JSON lines to stderr. Serilog is put together when there is
/// something to write, since a provider that starts has nothing to say and is waited for.
/// </summary>
internal sealed class ProviderLog : ILoggerFactory
{
    public const string LevelVariable = "KOLUMN_PROVIDER_LOG_LEVEL";

    private readonly LogLevel _level;
    private readonly Lazy<SerilogLoggerProvider> _serilog;

    /// <param name="level">trace, debug, info, warn, error or off, in any case; anything else is info.</param>
    /// <param name="open">Opens the stream to write to; it stays open.</param>
    public ProviderLog(string provider, string? level, SecretScrubber scrubber, Func<Stream> open)
    {
        _level = LevelOf(level);
        _serilog = new Lazy<SerilogLoggerProvider>(() => new SerilogLoggerProvider(
            new LoggerConfiguration()
                .MinimumLevel.Verbose()
                .Enrich.WithProperty("provider", provider)
                .Enrich.With(new RequestIdEnricher())
                .WriteTo.Sink(new JsonLineSink(open(), new CompactJsonFormatter(scrubber)))
                .CreateLogger(),
            dispose: true));
    }

    public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("A provider process logs to stderr alone.");

    public void Dispose()
    {
        if (_serilog.IsValueCreated)
        {
            _serilog.Value.Dispose();
        }
    }

    private static LogLevel LevelOf(string? level) => level?.Trim().ToLowerInvariant() switch
    {
        "trace" or "verbose" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" or "critical" => LogLevel.Critical,
        "off" or "none" => LogLevel.None,
        _ => LogLevel.Information,
    };

    private sealed class CategoryLogger(ProviderLog log, string category) : Microsoft.Extensions.Logging.ILogger
    {
        // Kestrel tells every connection and request at Debug: that is nobody's business but its author's.
        private readonly LogLevel _level = category.StartsWith("Microsoft.", StringComparison.Ordinal) && log._level < LogLevel.Warning
            ? log._level == LogLevel.Trace ? LogLevel.Trace : LogLevel.Warning
            : log._level;

        private Microsoft.Extensions.Logging.ILogger? _logger;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => Logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _level && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Logger.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        private Microsoft.Extensions.Logging.ILogger Logger => _logger ??= log._serilog.Value.CreateLogger(category);
    }

    private sealed class RequestIdEnricher : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            if (Internal.RequestScope.RequestId is { } id)
            {
                logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("request_id", id));
            }
        }
    }
}
