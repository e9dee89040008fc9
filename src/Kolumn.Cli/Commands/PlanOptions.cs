using System.CommandLine;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.Commands;

/// <summary>How a plan is shown, for the commands that show one.</summary>
internal static class PlanOptions
{
    public static Option<bool> Detailed { get; } = new("--detailed", "-detailed") { Description = "Show every attribute of what is created" };

    public static Option<bool> Sql { get; } = new("--sql", "-sql") { Description = "Show the statements that would be sent" };

    public static Option<bool> Explain { get; } = new("--explain", "-explain") { Description = "Show all of it, and the order of execution" };

    public static PlanTextOptions Of(ParseResult parsed)
    {
        var explain = parsed.GetValue(Explain);
        return new PlanTextOptions(explain || parsed.GetValue(Detailed), explain || parsed.GetValue(Sql), explain);
    }
}
