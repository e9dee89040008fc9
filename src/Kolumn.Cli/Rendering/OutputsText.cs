using System.Text;
using Kolumn.Core.Applying;

namespace Kolumn.Cli.Rendering;

/// <summary>The outputs of a project, as <c>.kl</c> would write them.</summary>
internal static class OutputsText
{
    public static string Render(IReadOnlyList<OutputValue> outputs, Palette palette)
    {
        if (outputs.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder(palette.Strong("Outputs:")).Append("\n\n");
        var width = outputs.Max(o => o.Name.Length);
        foreach (var output in outputs)
        {
            text.Append(Printable.Line(output.Name).PadRight(width)).Append(" = ").Append(output.IsSensitive ? ValueText.Sensitive : Value(output)).Append('\n');
        }

        return text.ToString();
    }

    // What fits on a line stays on one.
    private static string Value(OutputValue output) =>
        ValueText.Inline(output.Value) is { Length: <= 80 } line ? line : ValueText.Block(output.Value, 0);
}
