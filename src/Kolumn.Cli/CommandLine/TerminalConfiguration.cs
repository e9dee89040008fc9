using System.CommandLine;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.CommandLine;

/// <summary>
/// How the parser's actions reach the terminal. Interruption and exceptions are handled by this program, see
/// <see cref="Interruption"/> and <see cref="Commands.CommandRun"/>.
/// </summary>
internal sealed class TerminalConfiguration : InvocationConfiguration
{
    public TerminalConfiguration(Terminal terminal)
    {
        Terminal = terminal;
        Output = terminal.Out;
        Error = terminal.Error;
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    public Terminal Terminal { get; }
}
