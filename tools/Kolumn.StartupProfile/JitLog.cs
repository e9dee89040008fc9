namespace Kolumn.StartupProfile;

/// <summary>
/// What was compiled while a process ran, as the runtime lists it with <c>DOTNET_JitStdOutFile</c> and
/// <c>DOTNET_JitDisasmSummary=1</c>: <c>   7: JIT compiled Type:Method[int](char) [Tier0, IL size=9, code size=39]</c>.
/// </summary>
internal static class JitLog
{
    private const string Mark = "JIT compiled ";

    /// <returns>Each method once, without its parameters; stubs that the runtime makes up are left out.</returns>
    public static IEnumerable<string> Methods(IEnumerable<string> lines) => lines
        .Select(line => line.IndexOf(Mark, StringComparison.Ordinal) is var at and >= 0 ? line[(at + Mark.Length)..] : "")
        .Where(text => text.Length > 0 && text[0] != '(' && text.Contains('('))
        .Select(text => text[..text.IndexOf('(')])
        .Distinct(StringComparer.Ordinal);
}
