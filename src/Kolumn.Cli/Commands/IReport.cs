using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.Commands;

/// <summary>What a command found out or did, in the two forms in which it can be asked for.</summary>
internal interface IReport
{
    /// <summary>For people; ends with a line break, or is empty.</summary>
    string ToText(Palette palette, int width);

    /// <summary>Adds the command's own members, documented in docs/cli.md, to the JSON document.</summary>
    void AddTo(JsonObject document);
}
