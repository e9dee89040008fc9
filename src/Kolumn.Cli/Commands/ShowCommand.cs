using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Core.Planning;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn show</c>: everything recorded, or a saved plan.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string?> File = ProjectArguments.PathArgument("FILE", "A plan saved by kolumn plan -o FILE; without it, what is recorded");

    public static Command Create()
    {
        var command = new Command("show", "Show what is recorded, or a saved plan") { File, ProjectArguments.Config, PlanOptions.Detailed, PlanOptions.Sql, PlanOptions.Explain };
        command.SetAction((parsed, token) => CommandRun.RunAsync(
            parsed, _ => Task.FromResult(parsed.GetValue(File) is { } file ? ShowPlan(parsed, file) : ShowState(parsed)), token));
        return command;
    }

    private static Outcome ShowPlan(ParseResult parsed, string file) =>
        PlanFile.Read(file, out var diagnostics) is { } plan
            ? new Outcome(new PlanReport(plan, PlanOptions.Of(parsed)), diagnostics)
            : Outcome.Failed(diagnostics);

    private static Outcome ShowState(ParseResult parsed)
    {
        var state = StateCommands.Read(parsed);
        return state.Success ? new Outcome(new Report(state), state.Diagnostics) : Outcome.Failed(state.Diagnostics);
    }

    private sealed record Report(StateResult State) : IReport
    {
        public string ToText(Palette palette, int width)
        {
            if (State.Resources.Count == 0 && State.Outputs.Count == 0)
            {
                return "Nothing is recorded yet.\n";
            }

            var text = new StringBuilder();
            foreach (var resource in State.Resources)
            {
                text.Append(StateText.Render(resource, palette)).Append('\n');
            }

            return text.Append(OutputsText.Render(State.Outputs, palette)).ToString();
        }

        public void AddTo(JsonObject document)
        {
            StateText.AddHead(document, State);
            document["resources"] = new JsonArray([.. State.Resources.Select(r => (JsonNode)StateText.Json(r))]);
            document["outputs"] = OutputJson.Of(State.Outputs);
        }
    }
}
