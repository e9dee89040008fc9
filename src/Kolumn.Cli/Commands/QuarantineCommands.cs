using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Protocol;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn quarantine list</c>, <c>kolumn quarantine purge</c> and <c>kolumn restore</c>: what was deleted and is kept.</summary>
internal static class QuarantineCommands
{
    private static readonly Argument<string> Target = new("TARGET") { Description = "An id, or the address that it was deleted under" };
    private static readonly Argument<string?> Chosen = new("TARGET") { Description = "An id, or an address: everything deleted under it", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Expired = new("--expired", "-expired") { Description = "Everything that has been kept long enough" };
    private static readonly Option<bool> All = new("--all", "-all") { Description = "Everything" };

    public static Command CreateQuarantine()
    {
        var list = new Command("list", "List what was deleted and is kept");
        ProjectArguments.AddTo(list);
        list.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, "In quarantine", engine => engine.QuarantineAsync(token)), token));
        var purge = new Command("purge", "Drop what is in quarantine for good") { Chosen, Expired, All };
        ProjectArguments.AddTo(purge);
        purge.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => PurgeAsync(run, parsed, token), token));
        var command = new Command("quarantine", "Look at what was deleted, or drop it for good") { list, purge };
        command.SetAction(HelpAction.Show);
        return command;
    }

    public static Command CreateRestore()
    {
        var command = new Command("restore", "Bring back what was deleted, with its data") { Target };
        ProjectArguments.AddTo(command);
        command.SetAction((parsed, token) => CommandRun.RunAsync(
            parsed, run => RunAsync(run, parsed, "Restored", engine => engine.RestoreAsync(parsed.GetRequiredValue(Target), token)), token));
        return command;
    }

    private static async Task<Outcome> PurgeAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (target, expired, all) = (parsed.GetValue(Chosen), parsed.GetValue(Expired), parsed.GetValue(All));
        if ((target is null ? 0 : 1) + (expired ? 1 : 0) + (all ? 1 : 0) != 1)
        {
            return Outcome.Failed(Diagnostic.Error("INVALID_COMMAND_LINE", "purge needs to know what to drop", "Write an id or an address, --expired or --all: one of them. kolumn quarantine list shows what there is."));
        }

        var now = DateTimeOffset.UtcNow;
        return await RunAsync(run, parsed, "Dropped for good", engine => engine.PurgeAsync(
            e => target is not null ? e.Record.Id == target || e.Address == target : all || e.Record.ExpiresAt <= now, cancellationToken));
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, string heading, Func<KolumnEngine, Task<QuarantineResult>> ask)
    {
        await using var project = ProjectRun.Open(run, parsed, null, out var faults);
        if (project is null)
        {
            return Outcome.Failed(faults);
        }

        var result = await ask(project.Engine);
        project.Progress.Clear();
        return result.Success ? new Outcome(new Report(heading, result.Entries), result.Diagnostics) : Outcome.Failed(result.Diagnostics);
    }

    private sealed record Report(string Heading, IReadOnlyList<QuarantinedResource> Entries) : IReport
    {
        public string ToText(Palette palette, int width)
        {
            if (Entries.Count == 0)
            {
                return $"{Heading}: nothing.\n";
            }

            var text = new StringBuilder(palette.Strong(Heading + ":")).Append('\n');
            var (ids, addresses) = (Entries.Max(e => e.Record.Id.Length), Entries.Max(e => e.Address.Length));
            foreach (var entry in Entries)
            {
                var what = entry.Record.PartOf is { } owner ? $"with {owner}" : entry.Record.Location is null ? "definition" : "data";
                text.Append(CultureInfo.InvariantCulture, $"  {Printable.Line(entry.Record.Id).PadRight(ids)}  {Printable.Line(entry.Address).PadRight(addresses)}  {what,-15}  ")
                    .Append(palette.Faint(string.Create(CultureInfo.InvariantCulture, $"since {entry.Record.QuarantinedAt:yyyy-MM-dd HH:mm}, kept until {entry.Record.ExpiresAt:yyyy-MM-dd}"))).Append('\n');
            }

            return text.ToString();
        }

        public void AddTo(JsonObject document) => document["quarantine"] = new JsonArray([.. Entries.Select(e => (JsonNode)new JsonObject
        {
            ["id"] = e.Record.Id,
            ["address"] = e.Address,
            ["provider"] = e.Instance,
            ["location"] = e.Record.Location,
            ["part_of"] = e.Record.PartOf,
            ["actor"] = e.Record.Actor,
            ["quarantined_at"] = e.Record.QuarantinedAt,
            ["expires_at"] = e.Record.ExpiresAt,
        })]);
    }
}
