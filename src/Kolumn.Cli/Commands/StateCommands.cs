using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using DidYouMean = Kolumn.Language.DidYouMean;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn state list</c> and <c>kolumn state show</c>: what is recorded. Neither needs a provider or a lock.</summary>
internal static class StateCommands
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Which resource: type.name" };

    public static Command Create()
    {
        var list = new Command("list", "List what Kolumn has recorded") { ProjectArguments.Config };
        list.SetAction((parsed, token) => CommandRun.RunAsync(parsed, _ => Task.FromResult(List(parsed)), token));
        var show = new Command("show", "Show one recorded resource") { Address, ProjectArguments.Config };
        show.SetAction((parsed, token) => CommandRun.RunAsync(parsed, _ => Task.FromResult(Show(parsed, parsed.GetRequiredValue(Address))), token));
        var command = new Command("state", "Look at what is recorded") { list, show };
        command.SetAction(HelpAction.Show);
        return command;
    }

    /// <summary>What is recorded for the project that the command line names.</summary>
    public static StateResult Read(ParseResult parsed, string? path = null) =>
        new KolumnEngine(ProjectRun.OptionsOf(parsed, path, out _) ?? new(), new()).State();

    private static Outcome List(ParseResult parsed)
    {
        var state = Read(parsed);
        return state.Success ? new Outcome(new ListReport(state), state.Diagnostics) : Outcome.Failed(state.Diagnostics);
    }

    private static Outcome Show(ParseResult parsed, string address)
    {
        var state = Read(parsed);
        if (!state.Success)
        {
            return Outcome.Failed(state.Diagnostics);
        }

        return state.Resources.FirstOrDefault(r => r.Address == address) is { } resource
            ? new Outcome(new ResourceReport(resource), state.Diagnostics)
            : Outcome.Failed(Diagnostic.Error(
                "UNKNOWN_RESOURCE", $"Nothing is recorded as \"{address}\"",
                $"kolumn state list names what is.{DidYouMean.Ask(address, state.Resources.Select(r => r.Address))}"));
    }

    private sealed record ListReport(StateResult State) : IReport
    {
        public string ToText(Palette palette, int width)
        {
            if (State.Resources.Count == 0)
            {
                return "Nothing is recorded yet.\n";
            }

            var text = new StringBuilder();
            foreach (var resource in State.Resources)
            {
                text.Append(Printable.Line(resource.Address));
                text.Append(StateResult.IsOutcomeUnknown(resource) ? palette.Update("  (outcome of the last change unknown: run plan)") : "").Append('\n');
            }

            return text.ToString();
        }

        public void AddTo(JsonObject document)
        {
            StateText.AddHead(document, State);
            document["resources"] = new JsonArray([.. State.Resources.Select(r => (JsonNode)StateText.Head(r))]);
        }
    }

    private sealed record ResourceReport(ResourceInstance Resource) : IReport
    {
        public string ToText(Palette palette, int width) => StateText.Render(Resource, palette);

        public void AddTo(JsonObject document) => document["resource"] = StateText.Json(Resource);
    }
}
