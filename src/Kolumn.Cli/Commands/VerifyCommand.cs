using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Assistance;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Providers;
using Kolumn.Cli.Rendering;
using Kolumn.Compliance;
using Kolumn.Compliance.Reporting;
using Kolumn.Compliance.Rules;
using Kolumn.Host;
using Kolumn.Language;
using Kolumn.Protocol;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn verify PROVIDER</c>: whether an executable is a provider as the specification wants it.</summary>
internal static class VerifyCommand
{
    private static readonly string[] Formats = ["console", "junit", "sarif", "json", "markdown"];

    private static readonly Argument<string?> Provider = ProjectArguments.PathArgument("PROVIDER", "The provider's executable");

    private static readonly Option<string?> Config = new("--config", "-config", "-c") { Description = "The provider's configuration and the resources to try it with, in JSON", HelpName = "FILE" };

    private static readonly Option<string?> ProfileName = new("--profile", "-profile") { Description = "What kind of database it is for: sql, analytical, nosql or timeseries", HelpName = "NAME" };

    private static readonly Option<string> Format = new("--format", "-format")
    {
        Description = "console (default), junit, sarif, json or markdown",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => Formats[0],
    };

    private static readonly Option<string[]> Only = new("--only", "-only") { Description = "Try this rule, or this group of rules, only; may be repeated", HelpName = "NAME", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string?> BadgeFile = new("--badge", "-badge") { Description = "Write the level as a picture, in SVG", HelpName = "FILE" };

    private static readonly Option<bool> ListRules = new("--rules", "-rules") { Description = "List the rules, as a table in Markdown, and verify nothing" };

    public static Command Create()
    {
        var command = new Command("verify", "Try a provider against the specification") { Provider, Config, ProfileName, Format, Only, BadgeFile, ListRules };
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, token), token));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(ListRules))
        {
            return new Outcome(new RuleList(), []);
        }

        var faults = new List<Diagnostic>();
        var options = Options(run, parsed, faults);
        if (faults.Count == 0 && parsed.GetValue(Config) is { } file)
        {
            (var read, var wrong) = VerifyFile.Read(file, options);
            faults.AddRange(wrong);
            options = read ?? options;
        }

        if (faults.Count > 0)
        {
            return Outcome.Failed(faults);
        }

        var (report, refusal) = await Verification.RunAsync(options, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (parsed.GetValue(BadgeFile) is { } badge)
        {
            await File.WriteAllTextAsync(badge, Badge.Write(report), cancellationToken);
        }

        var unknown = report.Findings.Count(f => f is { Verdict: Verdict.Unknown, Rule.Requirement: Requirement.Must });
        List<Diagnostic> diagnostics = refusal is not null ? [refusal]
            : unknown > 0 && !report.Misses.Any() ? [Diagnostic.Error("VERIFICATION_INCOMPLETE", $"{unknown} rule{(unknown == 1 ? "" : "s")} could not be tried", "They are marked unknown, each with its reason. Nothing is held against the provider so far.")]
            : [];
        return new Outcome(new Report(report, run.IsJson ? "json" : parsed.GetValue(Format)!), diagnostics, report.Misses.Any() ? ExitCodes.DefectsFound : ExitCodes.Done);
    }

    private static VerifyOptions Options(CommandRun run, ParseResult parsed, List<Diagnostic> faults)
    {
        var path = parsed.GetValue(Provider);
        if (string.IsNullOrEmpty(path))
        {
            faults.Add(Usage("A provider is missing", "Write the path of its executable: kolumn verify ./kolumn-provider-x."));
        }
        else if (!File.Exists(path))
        {
            faults.Add(Usage($"There is no file \"{path}\"", "PROVIDER is the path of the provider's executable."));
        }

        OneOf("--format", parsed.GetValue(Format), Formats, faults);
        OneOf("--profile", parsed.GetValue(ProfileName), [.. Profile.All.Select(p => p.Name)], faults);
        var only = parsed.GetValue(Only) ?? [];
        faults.AddRange(only.Where(name => RuleTable.Find(name).Count == 0).Select(name => Usage(
            $"There is no rule \"{name}\"",
            $"{DidYouMean.Ask(name, RuleTable.All.Select(r => r.Id).Concat(RuleTable.All.Select(r => r.Id.Split('.')[0]).Distinct()))} kolumn verify --rules lists them.".TrimStart())));
        return new VerifyOptions
        {
            Executable = path ?? "",
            Only = only,
            Profile = parsed.GetValue(ProfileName) is { } name ? Profile.Find(name) : null,
            Assist = provider => new AssistedProvider(provider, run.Loggers),
            Transport = Environment.GetEnvironmentVariable(ProviderSource.TransportVariable) == "unix" ? ProviderTransport.Unix : ProviderTransport.Tcp,
        };
    }

    private static void OneOf(string option, string? value, string[] known, List<Diagnostic> faults)
    {
        if (value is not null && !known.Contains(value))
        {
            faults.Add(Usage($"{option} cannot be \"{value}\"", $"{DidYouMean.Ask(value, known)} It is one of {string.Join(", ", known)}.".TrimStart()));
        }
    }

    private static Diagnostic Usage(string summary, string detail) => Diagnostic.Error("INVALID_COMMAND_LINE", summary, detail);

    private sealed record Report(VerificationReport Verification, string Format) : IReport
    {
        private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public string ToText(Palette palette, int width) => Format switch
        {
            "junit" => JUnitReport.Write(Verification),
            "sarif" => SarifReport.Write(Verification).ToJsonString(Indented) + "\n",
            "markdown" => MarkdownReport.Write(Verification),
            "json" => Document().ToJsonString(Indented) + "\n",
            _ => VerificationText.Of(Verification, palette),
        };

        public void AddTo(JsonObject document) => JsonReport.AddTo(document, Verification);

        private JsonObject Document()
        {
            var document = new JsonObject();
            AddTo(document);
            return document;
        }
    }

    private sealed class RuleList : IReport
    {
        public string ToText(Palette palette, int width) => MarkdownReport.OfRules();

        public void AddTo(JsonObject document) => document["rules"] = new JsonArray([.. RuleTable.All.Select(r => (JsonNode)new JsonObject
        {
            ["rule"] = r.Id,
            ["clause"] = r.Clause,
            ["requirement"] = ReportText.Word(r.Requirement),
            ["level"] = ReportText.Word(r.Level).ToLowerInvariant(),
            ["demand"] = r.Demand,
            ["how"] = r.How,
            ["fix"] = r.Fix,
        })]);
    }
}
