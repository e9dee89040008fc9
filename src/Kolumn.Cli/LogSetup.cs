using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Sinks.SystemConsole.Themes;

namespace Kolumn.Cli;

/// <summary>
/// Where the logs of host and providers go: nowhere, unless KOLUMN_LOG_LEVEL (trace, debug, info, warn, error) asks for them on
/// standard error or KOLUMN_LOG_FILE names a file for them. What a user must know is a diagnostic and never only a log.
/// </summary>
internal static class LogSetup
{
    public const string LevelVariable = "KOLUMN_LOG_LEVEL";

    public const string FileVariable = "KOLUMN_LOG_FILE";

    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    public static ILoggerFactory FromEnvironment()
    {
        var level = Environment.GetEnvironmentVariable(LevelVariable);
        var file = Environment.GetEnvironmentVariable(FileVariable);

        // Without this distinction every start would load Serilog for nothing.
        return string.IsNullOrEmpty(level) && string.IsNullOrEmpty(file) ? NullLoggerFactory.Instance : Create(level, file);
    }

    private static SerilogLoggerFactory Create(string? level, string? file)
    {
        var logs = new LoggerConfiguration().MinimumLevel.Is(LevelOf(level)).Enrich.FromLogContext();
        logs = string.IsNullOrEmpty(file)
            ? logs.WriteTo.Console(outputTemplate: Template, standardErrorFromLevel: LogEventLevel.Verbose, theme: ConsoleTheme.None)
            : logs.WriteTo.File(file, outputTemplate: "{Timestamp:yyyy-MM-dd }" + Template, fileSizeLimitBytes: 100 * 1024 * 1024);
        return new SerilogLoggerFactory(logs.CreateLogger(), dispose: true);
    }

    private static LogEventLevel LevelOf(string? level) => level?.ToUpperInvariant() switch
    {
        "TRACE" or "VERBOSE" => LogEventLevel.Verbose,
        "DEBUG" => LogEventLevel.Debug,
        "WARN" or "WARNING" => LogEventLevel.Warning,
        "ERROR" or "FATAL" => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };
}
