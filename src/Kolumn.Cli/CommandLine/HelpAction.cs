using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.CommandLine;

/// <summary>Explains a command: what it does, how it is called, what it takes, and by example.</summary>
internal sealed class HelpAction : SynchronousCommandLineAction
{
    /// <summary>Lines for the end of a command's help, by the command's full name.</summary>
    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["kolumn"] =
        [
            "kolumn init                       find the providers of the project in this directory",
            "kolumn plan                       show what would change",
            "kolumn apply                      ask, then change it",
        ],
        ["kolumn plan"] =
        [
            "kolumn plan -o release.klplan     keep the plan, to apply exactly this later",
            "kolumn plan --sql                 with the statements that would be sent",
            "kolumn plan --detailed-exitcode   2 when something would change, 0 when nothing would",
        ],
        ["kolumn apply"] =
        [
            "kolumn apply release.klplan       do what a kept plan says, and only if it still holds",
            "kolumn apply --auto-approve       do not ask, for scripts",
        ],
        ["kolumn output"] = ["kolumn output --raw database       the bare value, for scripts"],
    };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult) => Show(parseResult);

    public static int Show(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Render(parseResult.CommandResult, PaletteOf(parseResult)));
        return ExitCodes.Done;
    }

    /// <summary>The command with the commands it belongs to: <c>kolumn state list</c>.</summary>
    public static string NameOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{NameOf(parent)} {result.Command.Name}" : "kolumn";

    public static string Render(CommandResult result, Palette palette)
    {
        var (name, command) = (NameOf(result), result.Command);
        var text = new StringBuilder();
        text.Append(command.Description).Append("\n\n");
        text.Append(palette.Strong("Usage: ")).Append(name);
        text.Append(command.Subcommands.Count > 0 ? " COMMAND" : "");
        foreach (var argument in command.Arguments)
        {
            text.Append(argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]" : $" {argument.Name}");
        }

        text.Append(" [OPTION ...]\n");
        AppendRows(text, palette, "Commands", command.Subcommands.Select(c => (c.Name, c.Description)));
        AppendRows(text, palette, "Arguments", command.Arguments.Select(a => (a.Name, a.Description)));
        var own = command.Options.Where(o => !o.Recursive && !o.Hidden).ToList();
        AppendRows(text, palette, "Options", own.Select(Row));
        AppendRows(text, palette, own.Count == 0 ? "Options" : "Options of every command", GlobalOptions.All.Select(Row));
        if (Examples.TryGetValue(name, out var examples))
        {
            text.Append('\n').Append(palette.Strong("Examples:")).Append('\n');
            foreach (var example in examples)
            {
                text.Append("  ").Append(example).Append('\n');
            }
        }

        if (command.Subcommands.Count > 0)
        {
            text.Append('\n').Append(name).Append(" COMMAND --help explains a command.\n");
        }

        return text.ToString();
    }

    private static Palette PaletteOf(ParseResult parseResult) =>
        parseResult.GetValue(GlobalOptions.NoColor) ? Palette.None : (parseResult.InvocationConfiguration as TerminalConfiguration)?.Terminal.Palette ?? Palette.None;

    private static (string Name, string? Description) Row(Option option)
    {
        // Every long option is understood with one dash too; showing that would only be noise.
        var names = option.Aliases.Where(a => a.Length == 2 && a != "-?").Append(option.Name);
        return (string.Join(", ", names) + (option.HelpName is { } value ? $" {value}" : ""), option.Description);
    }

    private static void AppendRows(StringBuilder text, Palette palette, string title, IEnumerable<(string Name, string? Description)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        var width = all.Max(r => r.Name.Length);
        text.Append('\n').Append(palette.Strong(title + ":")).Append('\n');
        foreach (var (name, description) in all)
        {
            text.Append("  ").Append(name.PadRight(width)).Append("  ").Append(description).Append('\n');
        }
    }
}
