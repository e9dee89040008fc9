using System.CommandLine;

namespace Kolumn.Cli.CommandLine;

/// <summary>What the commands that read a configuration take beside the global options.</summary>
internal static class ProjectArguments
{
    public static Argument<string?> Path { get; } = PathArgument("PATH", "The project: a directory, or a single .kl file (default: the working directory)");

    public static Option<string?> Config { get; } = new("--config", "-config", "-c")
    {
        Description = "The project, like PATH",
        HelpName = "PATH",
    };

    public static Option<string[]> Variables { get; } = new("--var", "-var")
    {
        Description = "Give a variable a value; may be repeated",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string[]> VariableFiles { get; } = new("--var-file", "-var-file")
    {
        Description = "Read variables from a .klvars file; may be repeated",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string[]> PluginDirectories { get; } = new("--plugin-dir", "-plugin-dir")
    {
        Description = "Look for provider executables here first; may be repeated",
        HelpName = "DIR",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds the options of a command that evaluates the configuration.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Config, Variables, VariableFiles, PluginDirectories])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>An optional path. Something that begins with a dash is a mistyped option and no path.</summary>
    public static Argument<string?> PathArgument(string name, string description)
    {
        var argument = new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value is ['-', _, ..] option)
            {
                result.AddError(UsageErrors.UnknownOption(option));
            }
        });
        return argument;
    }
}
