using System.CommandLine;
using System.CommandLine.Help;
using Kolumn.Cli.Commands;
using Kolumn.Cli.Rendering;
using Kolumn.Protocol;

namespace Kolumn.Cli.CommandLine;

/// <summary>
/// The program without its process:
/// 1. the commands;
/// 2. parsing;
/// 3. what is wrong with the command line, or
/// 4. the command itself;
/// 5. what became of its results on their way out.
/// </summary>
internal static class CommandTree
{
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        // 1
        var root = Create();

        // 2
        var parsed = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var configuration = new TerminalConfiguration(parsed.GetValue(GlobalOptions.NoColor) ? terminal.WithoutColour() : terminal);
        // 3, 4
        var exitCode = parsed.Errors.Count > 0 && parsed.Action is not HelpAction
            ? CommandRun.Refuse(parsed, configuration.Terminal, UsageErrors.Of(parsed))
            : await parsed.InvokeAsync(configuration, cancellationToken);

        // 5
        terminal.Flush();
        if (terminal.OutputFault is not { } fault)
        {
            return exitCode;
        }

        terminal.Error.Write(DiagnosticText.Render([Lost(fault)], terminal.ErrorPalette));
        terminal.Flush();
        return exitCode is ExitCodes.Done or ExitCodes.ChangesPending ? ExitCodes.Error : exitCode;
    }

    public static RootCommand Create()
    {
        var root = new RootCommand("Kolumn makes databases look the way .kl files say.");
        root.Options.Clear();
        foreach (var option in GlobalOptions.All)
        {
            root.Options.Add(option);
        }

        root.Subcommands.Add(InitCommand.Create());
        root.Subcommands.Add(DiscoverCommand.Create());
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(DriftCommand.Create());
        root.Subcommands.Add(ApplyCommand.CreateApply());
        root.Subcommands.Add(ApplyCommand.CreateDestroy());
        root.Subcommands.Add(MigrateCommands.Create());
        root.Subcommands.Add(StreamCommands.Create());
        root.Subcommands.Add(QuarantineCommands.CreateQuarantine());
        root.Subcommands.Add(QuarantineCommands.CreateRestore());
        root.Subcommands.Add(ShowCommand.Create());
        root.Subcommands.Add(StateCommands.Create());
        root.Subcommands.Add(OutputCommand.Create());
        root.Subcommands.Add(ProviderCommands.Create());
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(VersionCommand.Create());
        root.SetAction(HelpAction.Show);
        return root;
    }

    private static Diagnostic Lost(string why) => Diagnostic.Error(
        "OUTPUT_LOST", "The results could not be written", $"{why.TrimEnd('.')}. The command itself went its way to the end; make room or name another file, and ask again with plan, show or output.");
}
