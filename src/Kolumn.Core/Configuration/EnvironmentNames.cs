using Kolumn.Language;

namespace Kolumn.Core.Configuration;

/// <summary><c>env.NAME</c>: the environment as configuration sees it. An unset name is a mistake and not an empty text.</summary>
internal static class EnvironmentNames
{
    public static Resolution Resolve(Reference reference, IReadOnlyDictionary<string, string> environment, DiagnosticBag diagnostics)
    {
        if (reference.Name(0) is not { } name)
        {
            diagnostics.Error(LanguageCodes.UnknownName, reference.Range, "Incomplete reference", "Name the environment variable: env.NAME.");
            return Resolution.Failed;
        }

        if (environment.TryGetValue(name, out var value))
        {
            return Resolution.Found(Value.Of(value), 1);
        }

        diagnostics.Error(
            LanguageCodes.UnknownName, reference.Range, $"Environment variable \"{name}\" is not set",
            $"Set it before the command runs, or use a variable with a default.{DidYouMean.Ask(name, environment.Keys)}");
        return Resolution.Failed;
    }
}
