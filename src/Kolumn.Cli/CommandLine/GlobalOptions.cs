using System.CommandLine;

namespace Kolumn.Cli.CommandLine;

/// <summary>The options that every command takes, before or after its name.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Directory { get; } = new("--chdir", "-chdir")
    {
        Description = "Work in this directory",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json", "-json")
    {
        Description = "Answer with one JSON document on standard output",
        Recursive = true,
    };

    public static Option<bool> NoColor { get; } = new("--no-color", "-no-color")
    {
        Description = "Write without colours",
        Recursive = true,
    };

    public static Option<bool> Help { get; } = new("--help", "-help", "-h", "-?")
    {
        Description = "Explain the command",
        Recursive = true,
        Action = new HelpAction(),
    };

    public static IReadOnlyList<Option> All { get; } = [Directory, Json, NoColor, Help];
}
