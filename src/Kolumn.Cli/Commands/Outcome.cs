using Kolumn.Protocol;

namespace Kolumn.Cli.Commands;

/// <summary>How a command ended.</summary>
/// <param name="Report">What there is to show; null when there is nothing but diagnostics.</param>
/// <param name="Diagnostics">Any error among them makes the exit code <see cref="ExitCodes.Error"/>.</param>
/// <param name="ExitCode">The exit code when there is no error.</param>
internal sealed record Outcome(IReport? Report, IReadOnlyList<Diagnostic> Diagnostics, int ExitCode = ExitCodes.Done)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == Severity.Error);

    public static Outcome Failed(params IReadOnlyList<Diagnostic> diagnostics) => new(null, diagnostics);
}
