using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>Collects what is logged. An event at Error or above that the test did not announce fails it when the log is disposed.</summary>
internal sealed class ErrorFreeLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _expected = new();

    public ErrorFreeLog() => Factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(this));

    public ILoggerFactory Factory { get; }

    /// <summary>Announces an error whose text contains this.</summary>
    public void Expect(string text) => _expected.Enqueue(text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
        _errors.Where(error => !_expected.Any(text => error.Contains(text, StringComparison.Ordinal))).ShouldBeEmpty();
        foreach (var text in _expected)
        {
            _errors.ShouldContain(error => error.Contains(text, StringComparison.Ordinal));
        }
    }

    private sealed class Logger(ErrorFreeLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
            {
                log._errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
