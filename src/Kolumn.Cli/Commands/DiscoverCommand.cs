using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Discovering;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn discover</c>: the configuration of a database that exists.</summary>
internal static class DiscoverCommand
{
    private static readonly Argument<string?> Provider = ProjectArguments.PathArgument("PROVIDER", "The provider block, as postgres or postgres.production (default: the only one)");
    private static readonly Option<string?> Out = new("--out", "-out", "-o") { Description = "Write one file per kind of resource into this directory (default: show them)", HelpName = "DIR" };

    public static Command Create()
    {
        var command = new Command("discover", "Write the configuration of a database that exists") { Provider, Out };
        ProjectArguments.AddTo(command);
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, token), token));
        return command;
    }

    /// <summary>
    /// 1. the project is read;
    /// 2. its provider tells what exists, which is written.
    /// </summary>
    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        // 1
        await using var project = ProjectRun.Open(run, parsed, null, out var faults);
        if (project is null)
        {
            return Outcome.Failed(faults);
        }

        // 2
        var options = new DiscoverOptions { Provider = parsed.GetValue(Provider), Directory = parsed.GetValue(Out) };
        var result = await project.Engine.DiscoverAsync(options, cancellationToken);
        project.Progress.Clear();
        return result.Success ? new Outcome(new Report(result, options.Directory), result.Diagnostics) : Outcome.Failed(result.Diagnostics);
    }

    private sealed record Report(DiscoverResult Result, string? Directory) : IReport
    {
        public string ToText(Palette palette, int width)
        {
            if (Result.Files.Count == 0)
            {
                return $"{Result.Provider} holds nothing{(Result.Managed > 0 ? " that is not managed already" : "")}.\n";
            }

            return Directory is null ? string.Join('\n', Result.Files.Select(f => $"# {f.Name}\n\n{f.Text}")) : Summary(palette);
        }

        public void AddTo(JsonObject document)
        {
            document["provider"] = Result.Provider;
            document["managed"] = Result.Managed;
            document["files"] = new JsonArray([.. Result.Files.Select(FileJson)]);
            document["resources"] = new JsonArray([.. Result.Files.SelectMany(f => f.Resources).Select(r => (JsonNode?)r)]);
        }

        private string Summary(Palette palette)
        {
            var text = new StringBuilder();
            foreach (var file in Result.Files)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {Printable.Line(file.Path!)}, {Count(file.Resources.Count)}\n");
            }

            if (Result.Managed > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"Left out, since the state holds them already: {Count(Result.Managed)}.\n");
            }

            return text.Append(palette.Create(string.Create(CultureInfo.InvariantCulture, $"Written: {Count(Result.Files.Sum(f => f.Resources.Count))}."))).Append(" Next: kolumn plan\n").ToString();
        }

        private static string Count(int resources) => string.Create(CultureInfo.InvariantCulture, $"{resources} resource{(resources == 1 ? "" : "s")}");

        private static JsonNode FileJson(DiscoveredFile file)
        {
            var json = new JsonObject { ["name"] = file.Name };
            if (file.Path is { } path)
            {
                json["path"] = path;
            }
            else
            {
                json["text"] = file.Text;
            }

            json["resources"] = new JsonArray([.. file.Resources.Select(r => (JsonNode?)r)]);
            return json;
        }
    }
}
