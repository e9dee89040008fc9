using Kolumn.Host.Verification;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Cli.Commands;

/// <summary>Exceptions as diagnostics: the one place in which the command line does this.</summary>
internal static class Failures
{
    /// <param name="command">The full name of the command, for the report of a defect.</param>
    public static Diagnostic Explain(Exception failure, string command, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => Diagnostic.Error(
            DiagnosticCodes.Cancelled, "Interrupted", "What had been begun was brought to an end. kolumn plan shows what is left to do."),
        RuntimeFactoryException { InnerException: ProviderCallException inner } => Provider(inner),
        ProviderCallException inner => Provider(inner),
        ProviderNotFoundException missing => Diagnostic.Error(
            "PROVIDER_NOT_FOUND", $"There is no provider \"{missing.ProviderId}\"", "Correct the name of the provider block, or install the provider and run: kolumn init"),
        LockFileException unusable => Diagnostic.Error(
            "LOCK_FILE_UNUSABLE", "The lock file cannot be used", $"{unusable.Message.TrimEnd('.')}. Restore it from version control, or delete it and run: kolumn init"),
        UnauthorizedAccessException or IOException => Diagnostic.Error("FILE_UNUSABLE", "A file could not be used", failure.Message),
        _ => Defect(failure, command),
    };

    private static Diagnostic Provider(ProviderCallException failure)
    {
        // The message names provider, phase and next step; its first sentence is the summary.
        var text = failure.Message;
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0
            ? Diagnostic.Error("PROVIDER_FAILED", text.TrimEnd('.'))
            : Diagnostic.Error("PROVIDER_FAILED", text[..end], text[(end + 2)..]);
    }

    private static Diagnostic Defect(Exception failure, string command)
    {
        var place = DefectReport.TryWrite(failure, command);
        var where = place is null ? $"{failure.GetType().Name}: {failure.Message}" : $"The details are in {place}; please attach them to a report.";
        return Diagnostic.Error(
            "DEFECT", "Kolumn has met a situation it is not prepared for", $"This is a bug in kolumn and not in your configuration. {where}");
    }
}
