using Kolumn.Core;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Rendering;

/// <summary>The sign, colour and words of each action, the same in plans and in progress.</summary>
internal static class ActionWords
{
    public static (Func<string, string> Paint, string Sign, string Verb) Of(string action, Palette palette) => action switch
    {
        ResourceActions.Create => (palette.Create, "+", "create"),
        ResourceActions.Update => (palette.Update, "~", "change"),
        ResourceActions.Replace => (palette.Delete, "±", "replace"),
        ResourceActions.Delete => (palette.Delete, "-", "destroy"),
        ResourceActions.Read => (palette.Adopt, "=", "adopt"),
        MigrationActions.Migrate => (palette.Create, "+", "apply"),
        MigrationActions.Rollback => (palette.Delete, "-", "undo"),
        _ => (palette.Faint, " ", action),
    };

    /// <summary>In JSON.</summary>
    public static string Of(ResourceOutcome outcome) => outcome switch
    {
        ResourceOutcome.Succeeded => "succeeded",
        ResourceOutcome.Failed => "failed",
        ResourceOutcome.Skipped => "skipped",
        _ => "unknown",
    };

    public static string Doing(string action) => action switch
    {
        ResourceActions.Create => "Creating",
        ResourceActions.Update => "Changing",
        ResourceActions.Replace => "Replacing",
        ResourceActions.Delete => "Destroying",
        ResourceActions.Read => "Adopting",
        _ => "Checking",
    };

    public static string Done(string action) => action switch
    {
        ResourceActions.Create => "Created",
        ResourceActions.Update => "Changed",
        ResourceActions.Replace => "Replaced",
        ResourceActions.Delete => "Destroyed",
        ResourceActions.Read => "Adopted",
        MigrationActions.Migrate => "Applied",
        MigrationActions.Rollback => "Undone",
        _ => "Unchanged",
    };
}
