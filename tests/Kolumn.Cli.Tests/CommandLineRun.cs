using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.Tests;

/// <summary>A command line run within the test's process, with what it wrote.</summary>
internal sealed record CommandLineRun(int ExitCode, string Out, string Error)
{
    public static Task<CommandLineRun> OfAsync(params string[] arguments) => OfAsync(arguments, "", TestContext.Current.CancellationToken);

    public static async Task<CommandLineRun> OfAsync(string[] arguments, string input, CancellationToken cancellationToken)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var terminal = new Terminal(output, error, new StringReader(input), () => Terminal.DefaultWidth);
        var exitCode = await CommandTree.RunAsync(arguments, terminal, cancellationToken);
        return new CommandLineRun(exitCode, output.ToString(), error.ToString());
    }
}
