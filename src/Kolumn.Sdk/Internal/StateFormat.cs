using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Internal;

/// <summary>The <c>version</c> of a state is that of its format, compared by number: provider specification, section 8.</summary>
internal static class StateFormat
{
    public static System.Version Current { get; } = System.Version.Parse(ProviderState.CurrentVersion);

    /// <returns>The version, or why a state of it cannot be read.</returns>
    public static (System.Version? Version, Diagnostic? Fault) Read(string text)
    {
        if (!System.Version.TryParse(text, out var version) || version.Build < 0)
        {
            var shown = text.Length <= 40 ? text : text[..40] + "…";
            return (null, Diagnostic.Error(DiagnosticCodes.Validation, $"\"{shown}\" is not a state version", $"It is a semantic version such as {Current}."));
        }

        return version.Major == Current.Major ? (version, null) : (null, Diagnostic.Error(
            DiagnosticCodes.State, $"state version {version} cannot be read", $"This provider knows the versions {Current.Major}.x: use a provider of the version that wrote the state."));
    }
}
