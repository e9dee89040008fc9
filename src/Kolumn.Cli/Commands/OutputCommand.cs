using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Core.Applying;
using Kolumn.Protocol;
using DidYouMean = Kolumn.Language.DidYouMean;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn output</c>: the outputs as of the last apply.</summary>
internal static class OutputCommand
{
    private static readonly Argument<string?> Name = ProjectArguments.PathArgument("NAME", "Only this output");
    private static readonly Option<bool> Raw = new("--raw", "-raw") { Description = "Write the bare value of NAME, without quotes" };

    public static Command Create()
    {
        var command = new Command("output", "Show the outputs as of the last apply") { Name, Raw, ProjectArguments.Config };
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, _ => Task.FromResult(Run(parsed)), token));
        return command;
    }

    private static Outcome Run(ParseResult parsed)
    {
        var state = StateCommands.Read(parsed);
        var (name, raw) = (parsed.GetValue(Name), parsed.GetValue(Raw));
        if (!state.Success)
        {
            return Outcome.Failed(state.Diagnostics);
        }

        if (name is null)
        {
            return raw
                ? Outcome.Failed(Diagnostic.Error("INVALID_COMMAND_LINE", "--raw needs the name of one output", "Write kolumn output --raw NAME."))
                : new Outcome(new AllReport(state.Outputs), state.Diagnostics);
        }

        if (state.Outputs.FirstOrDefault(o => o.Name == name) is not { } output)
        {
            var names = state.Outputs.Select(o => o.Name).ToList();
            var known = names.Count == 0 ? "Nothing has been applied yet, or the configuration has no output block." : $"Recorded are {string.Join(", ", names)}.";
            return Outcome.Failed(Diagnostic.Error(CoreCodes.UnknownOutput, $"There is no output \"{name}\"", known + DidYouMean.Ask(name, names)));
        }

        if (raw && output.IsSensitive)
        {
            return Outcome.Failed(Diagnostic.Error(
                "SENSITIVE_OUTPUT", $"The output \"{name}\" is sensitive", "Its value is not stored. Take it from where the configuration takes it."));
        }

        return raw && output.Value is JsonObject or JsonArray
            ? Outcome.Failed(Diagnostic.Error("NOT_A_SCALAR", $"The output \"{name}\" is not a single value", "--raw writes strings, numbers and booleans. Use --json."))
            : new Outcome(new OneReport(output, raw), state.Diagnostics);
    }

    private sealed record AllReport(IReadOnlyList<OutputValue> Outputs) : IReport
    {
        public string ToText(Palette palette, int width) =>
            Outputs.Count == 0 ? "There are no outputs.\n" : OutputsText.Render(Outputs, Palette.None)["Outputs:\n\n".Length..];

        public void AddTo(JsonObject document) => document["outputs"] = OutputJson.Of(Outputs);
    }

    private sealed record OneReport(OutputValue Output, bool IsRaw) : IReport
    {
        public string ToText(Palette palette, int width) =>
            Output.IsSensitive ? ValueText.Sensitive + "\n"
            : IsRaw ? Bare(Output.Value)
            : ValueText.Block(Output.Value, 0) + "\n";

        public void AddTo(JsonObject document) => document["outputs"] = OutputJson.Of([Output]);

        /// <summary>Without quotes and without a line break, ready for a script's variable.</summary>
        private static string Bare(JsonNode? value) => value switch
        {
            null => "",
            JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
            _ => value.ToJsonString(),
        };
    }
}
