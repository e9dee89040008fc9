using System.CommandLine;
using Kolumn.Language;
using Kolumn.Protocol;

namespace Kolumn.Cli.CommandLine;

/// <summary>What is wrong with a command line, as diagnostics: what, what was probably meant, and where to look.</summary>
internal static class UsageErrors
{
    private const string Code = "INVALID_COMMAND_LINE";

    public static string UnknownOption(string option) => $"Unknown option {Name(option)}";

    public static IReadOnlyList<Diagnostic> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unmatched = parsed.UnmatchedTokens.ToHashSet(StringComparer.Ordinal);
        var errors = unmatched.Select(token => Unmatched(token, command, parsed))
            .Concat(parsed.Errors
                .Where(e => !unmatched.Any(token => e.Message.Contains($"'{token}'", StringComparison.Ordinal)))
                .Select(e => Error(e.Message.TrimEnd('.'), command, parsed)))
            .DistinctBy(d => d.Summary)
            .ToList();
        return errors.Count > 0 ? errors : [Error("A command is missing", command, parsed)];
    }

    private static Diagnostic Unmatched(string token, Command command, ParseResult parsed) => token switch
    {
        ['-', _, ..] => Error(UnknownOption(token), command, parsed),
        _ when command.Subcommands.Count > 0 => Error($"There is no command \"{token}\"", command, parsed, token),
        _ => Error($"\"{token}\" is one argument too many", command, parsed),
    };

    private static Diagnostic Error(string summary, Command command, ParseResult parsed, string? mistyped = null)
    {
        var meant = mistyped is not null
            ? DidYouMean.Ask(mistyped, command.Subcommands.Select(c => c.Name))
            : summary.StartsWith("Unknown option ", StringComparison.Ordinal)
                ? DidYouMean.Ask(summary["Unknown option ".Length..], OptionsOf(parsed))
                : "";
        var hint = $"{HelpAction.NameOf(parsed.CommandResult)} --help lists what there is.";
        return Diagnostic.Error(Code, summary, $"{meant} {hint}".TrimStart());
    }

    private static IEnumerable<string> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(GlobalOptions.All).Select(o => o.Name);

    /// <summary>Without its value, with two dashes.</summary>
    private static string Name(string option)
    {
        var end = option.IndexOfAny(['=', ':']);
        var name = end < 0 ? option : option[..end];
        return name.StartsWith("--", StringComparison.Ordinal) || name.Length == 2 ? name : "-" + name;
    }
}
