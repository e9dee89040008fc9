using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Streaming;
using Kolumn.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn stream run</c>: delivers the events of outboxes.</summary>
internal static class StreamCommands
{
    private const int StandardOutput = 1;

    private static readonly Argument<string?> Provider = ProjectArguments.PathArgument("PROVIDER", "The provider block, as postgres or postgres.production (default: the only one)");
    private static readonly Option<bool> Once = new("--once", "-once") { Description = "End when no event is pending any more, instead of going on until Ctrl-C" };

    private static readonly Option<string[]> Outboxes = new("--outbox", "-outbox")
    {
        Description = "Relay this outbox only; may be repeated",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
    {
        var run = new Command("run", "Deliver the events of outboxes to the sinks of their routes") { Provider, Once, Outboxes };
        ProjectArguments.AddTo(run);
        run.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, token), token));
        var command = new Command("stream", "Deliver events") { run };
        command.SetAction(HelpAction.Show);
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        // Standard output is for the events of sinks that write there.
        var terminal = run.Terminal.OnErrorOnly();
        await using var project = ProjectRun.Open(run, parsed, null, out var faults, terminal);
        if (project is null)
        {
            return Outcome.Failed(faults);
        }

        using var output = run.IsJson ? null : OpenOutput();
        var options = new StreamOptions
        {
            Provider = parsed.GetValue(Provider),
            Outboxes = parsed.GetValue(Outboxes) ?? [],
            Once = parsed.GetValue(Once),
            Output = output,
        };
        var result = await project.Engine.StreamAsync(options, cancellationToken);
        project.Progress.Clear();
        var report = result.Outboxes.Count == 0 ? null : new Report(result.Outboxes);
        if (report is not null && !run.IsJson)
        {
            terminal.Error.Write(report.ToText(terminal.Palette, terminal.Width));
        }

        return new Outcome(run.IsJson ? report : null, result.Diagnostics);
    }

    // Events must not be taken for delivered when nobody reads them: the runtime's own stream would drop them without a word.
    private static Stream OpenOutput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private sealed record Report(IReadOnlyList<RelayCounts> Outboxes) : IReport
    {
        public string ToText(Palette palette, int width)
        {
            var text = new StringBuilder();
            foreach (var outbox in Outboxes)
            {
                var failed = string.Create(CultureInfo.InvariantCulture, $"{outbox.Failed} dead letter{(outbox.Failed == 1 ? "" : "s")}");
                text.Append(CultureInfo.InvariantCulture, $"{Printable.Line(outbox.Outbox)}: {outbox.Delivered} delivered, {(outbox.Failed > 0 ? palette.Error(failed) : failed)}, {outbox.Retried} put off\n");
            }

            return text.ToString();
        }

        public void AddTo(JsonObject document) => document["outboxes"] = new JsonArray([.. Outboxes.Select(outbox => (JsonNode)new JsonObject
        {
            ["name"] = outbox.Outbox,
            ["delivered"] = outbox.Delivered,
            ["failed"] = outbox.Failed,
            ["retried"] = outbox.Retried,
        })]);
    }
}
