using System.CommandLine;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Providers;
using Kolumn.Cli.Rendering;
using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn provider docs PROVIDER</c>: what a provider's schema says, for people.</summary>
internal static class ProviderCommands
{
    private static readonly string[] Formats = ["markdown", "html"];

    private static readonly Argument<string?> Provider = ProjectArguments.PathArgument("PROVIDER", "The provider's executable");

    private static readonly Option<string> Format = new("--format", "-format")
    {
        Description = "markdown (default) or html",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => Formats[0],
    };

    public static Command Create()
    {
        var docs = new Command("docs", "Describe a provider's configuration and resource types") { Provider, Format };
        docs.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, token), token));
        var command = new Command("provider", "Look at a provider by itself, without a project") { docs };
        command.SetAction(HelpAction.Show);
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (path, format) = (parsed.GetValue(Provider), parsed.GetValue(Format)!);
        if (!File.Exists(path))
        {
            return Outcome.Failed(Usage(
                string.IsNullOrEmpty(path) ? "A provider is missing" : $"There is no file \"{path}\"", "Write the path of its executable: kolumn provider docs ./kolumn-provider-x."));
        }

        if (!Formats.Contains(format))
        {
            return Outcome.Failed(Usage($"--format cannot be \"{format}\"", $"{DidYouMean.Ask(format, Formats)} It is one of {string.Join(", ", Formats)}.".TrimStart()));
        }

        return new Outcome(new Page(await ProviderSource.SchemaOfAsync(Path.GetFullPath(path), run.Loggers, cancellationToken), format), []);
    }

    private static Diagnostic Usage(string summary, string detail) => Diagnostic.Error("INVALID_COMMAND_LINE", summary, detail);

    private sealed record Page(ProviderSchema Schema, string Format) : IReport
    {
        public string ToText(Palette palette, int width) => Format == "html" ? SchemaPage.ToHtml(Schema) : SchemaPage.ToMarkdown(Schema);

        public void AddTo(JsonObject document) => document["schema"] = JsonNode.Parse(PayloadJson.Write(Schema));
    }
}
