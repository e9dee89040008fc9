using System.CommandLine;
using System.CommandLine.Help;
using Kolumn.Cli.Commands;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.CommandLine;

/// <summary>
/// The program without its process:
/// 1. the commands;
/// 2. parsing;
/// 3. what is wrong with the command line, or
/// 4. the command itself.
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
        try
        {
            // 3
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            {
                return CommandRun.Refuse(parsed, configuration.Terminal, UsageErrors.Of(parsed));
            }

            // 4
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        finally
        {
            terminal.Flush();
        }
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
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(ApplyCommand.CreateApply());
        root.Subcommands.Add(ApplyCommand.CreateDestroy());
        root.Subcommands.Add(ShowCommand.Create());
        root.Subcommands.Add(StateCommands.Create());
        root.Subcommands.Add(OutputCommand.Create());
        root.Subcommands.Add(VersionCommand.Create());
        root.SetAction(HelpAction.Show);
        return root;
    }
}
