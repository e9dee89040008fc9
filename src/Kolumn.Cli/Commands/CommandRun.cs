using System.CommandLine;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Protocol;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Cli.Commands;

/// <summary>
/// The frame around every command:
/// 1. work where the user said;
/// 2. run the command;
/// 3. whatever it could not foresee becomes a diagnostic too;
/// 4. show result and diagnostics, as text or as one JSON document;
/// 5. say with the exit code how it ended.
/// </summary>
internal sealed class CommandRun
{
    /// <summary>Of the JSON documents; grows when a member changes its meaning or goes, not when one is added.</summary>
    public const int JsonFormat = 1;

    private static readonly ActivitySource Spans = new("Kolumn.Cli");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _name;

    private CommandRun(string name, Terminal terminal, bool isJson, ILoggerFactory loggers)
    {
        _name = name;
        Terminal = terminal;
        IsJson = isJson;
        Loggers = loggers;
    }

    public Terminal Terminal { get; }

    public bool IsJson { get; }

    public ILoggerFactory Loggers { get; }

    public static async Task<int> RunAsync(ParseResult parsed, Func<CommandRun, Task<Outcome>> command, CancellationToken cancellationToken)
    {
        var terminal = ((TerminalConfiguration)parsed.InvocationConfiguration).Terminal;
        using var loggers = LogSetup.FromEnvironment();
        using var telemetry = TelemetryExport.FromEnvironment("kolumn", VersionCommand.Version, Environment.GetEnvironmentVariable);
        var run = new CommandRun(HelpAction.NameOf(parsed.CommandResult), terminal, parsed.GetValue(GlobalOptions.Json), loggers);
        using var span = Spans.StartActivity(run._name);

        // 1
        if (parsed.GetValue(GlobalOptions.Directory) is { } directory && StandIn(directory) is { } fault)
        {
            return run.Conclude(Outcome.Failed(fault));
        }

        Outcome outcome;
        try
        {
            // 2
            outcome = await command(run);
        }
        catch (Exception unforeseen)
        {
            // 3
            outcome = Outcome.Failed(Failures.Explain(unforeseen, run._name, cancellationToken));
        }

        // 4, 5
        var exitCode = run.Conclude(outcome);
        span?.SetTag("process.exit.code", exitCode).SetStatus(outcome.HasErrors ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        return cancellationToken.IsCancellationRequested && outcome.HasErrors ? ExitCodes.Interrupted : exitCode;
    }

    /// <summary>Answers a command line that is none.</summary>
    public static int Refuse(ParseResult parsed, Terminal terminal, IReadOnlyList<Diagnostic> errors)
    {
        using var loggers = LogSetup.FromEnvironment();
        return new CommandRun(HelpAction.NameOf(parsed.CommandResult), terminal, parsed.GetValue(GlobalOptions.Json), loggers).Conclude(Outcome.Failed(errors));
    }

    /// <summary>Shows something on the way to the result; not in JSON, which is one document at the end.</summary>
    public void Show(IReport report)
    {
        if (!IsJson)
        {
            Terminal.Out.Write(report.ToText(Terminal.Palette, Terminal.Width));
            Terminal.Out.Flush();
        }
    }

    /// <summary>Warns on the way to the result. Whoever calls this leaves the diagnostics out of the <see cref="Outcome"/> unless it is JSON.</summary>
    public void Show(IReadOnlyList<Diagnostic> diagnostics)
    {
        if (!IsJson && diagnostics.Count > 0)
        {
            Terminal.Out.Flush();
            Terminal.Error.Write(DiagnosticText.Render(diagnostics, Terminal.ErrorPalette));
            Terminal.Error.Flush();
        }
    }

    private int Conclude(Outcome outcome)
    {
        if (IsJson)
        {
            var document = new JsonObject
            {
                ["format"] = JsonFormat,
                ["command"] = _name,
                ["success"] = !outcome.HasErrors,
                ["diagnostics"] = new JsonArray([.. outcome.Diagnostics.Select(DiagnosticJson.Of)]),
            };
            outcome.Report?.AddTo(document);
            Terminal.Out.Write(document.ToJsonString(Indented));
            Terminal.Out.Write('\n');
        }
        else
        {
            // Warnings stand before the result and errors after it: each where it is noticed.
            Show([.. outcome.Diagnostics.Where(d => d.Severity != Severity.Error)]);
            if (outcome.Report is { } report)
            {
                Show(report);
            }

            Show([.. outcome.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        }

        Terminal.Flush();
        return outcome.HasErrors ? ExitCodes.Error : outcome.ExitCode;
    }

    private static Diagnostic? StandIn(string directory)
    {
        try
        {
            Directory.SetCurrentDirectory(directory);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Diagnostic.Error("INVALID_DIRECTORY", $"There is no directory \"{directory}\"", $"--chdir names where to work: {e.Message}");
        }
    }
}
