using Kolumn.Cli.Rendering;
using Kolumn.Protocol;

namespace Kolumn.Cli.Commands;

/// <summary>Asks a person. Only <c>yes</c> is an agreement.</summary>
internal sealed class Approval(Terminal terminal, bool isDestroy)
{
    private readonly List<Diagnostic> _faults = [];

    /// <summary>Why nobody could be asked.</summary>
    public IReadOnlyList<Diagnostic> Faults => _faults;

    public async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        var question = isDestroy ? "Do you really want to destroy all of this? There is no way back." : "Do you want Kolumn to do this?";
        terminal.Out.Write($"\n{terminal.Palette.Strong(question)}\n  Only \"yes\" is taken for an agreement: ");
        terminal.Out.Flush();

        // A read from a terminal cannot be cancelled; it is left behind, and the process ends without it.
        var answer = await Task.Run(terminal.In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        terminal.Out.Write("\n");
        if (answer is null)
        {
            _faults.Add(Diagnostic.Error("APPROVAL_NEEDED", "There is nobody to ask", "Standard input is closed. Add --auto-approve, or apply a saved plan."));
            return false;
        }

        return answer.Trim() == "yes";
    }
}
