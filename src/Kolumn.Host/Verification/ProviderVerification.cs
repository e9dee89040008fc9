using System.Security.Cryptography;
using System.Text;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Verification;

/// <summary>
/// Compares a provider with the lock file. What is verified is what is executed: the files are copied into the process's
/// private directory, hashed on the way, and run from there, so that nobody can exchange them in between.
/// </summary>
/// <remarks>
/// Executing an open descriptor would not do: a script's interpreter and a single-file .NET program both open their own path
/// again. A provider that the lock file does not name is executed where it lies.
/// </remarks>
internal sealed class ProviderVerification(HostOptions options, ILogger logger)
{
    /// <returns>The path to execute.</returns>
    /// <exception cref="PluginException">NotLocked, ChecksumMismatch, NotExecutable.</exception>
    public async Task<string> PrepareAsync(ProviderExecutable executable, ScratchDirectory scratch, CancellationToken cancellationToken)
    {
        var source = executable.Requirement.Source;
        var path = Path.Combine(options.WorkspaceDirectory, LockFile.FileName);
        LockFile locks;
        try
        {
            locks = await LockFile.ReadAsync(path, cancellationToken);
        }
        catch (LockFileException unusable)
        {
            throw Fail(executable, PluginFailure.NotLocked, unusable.Message, "Restore the file from version control, or delete it and run: kolumn init", unusable);
        }

        string? digest = null;
        var isNamed = locks.Providers.TryGetValue(source, out var entry) && entry.Digests.TryGetValue(ProviderExecutable.Platform, out digest);
        if (isNamed && executable.Requirement.Version is { } constraint && !constraint.Admits(entry!.Version))
        {
            throw Fail(
                executable,
                PluginFailure.VersionMismatch,
                $"{path} names version {Supervision.TerminalText.Neutralise(entry.Version)}, which \"{constraint}\" does not admit; it was not executed",
                "Install a version that it admits where there is none yet and run: kolumn init --upgrade. Otherwise change version in the configuration");
        }

        if (!isNamed)
        {
            if (options.RequireLock)
            {
                throw Fail(executable, PluginFailure.NotLocked, $"{path} has no digest of {source} for {ProviderExecutable.Platform}", "Run: kolumn init");
            }

            Log.Unverified(logger, executable.Requirement.Name);
            return executable.Path;
        }

        return await CopyAndCompareAsync(executable, digest!, path, scratch, cancellationToken);
    }

    private static async Task<string> CopyAndCompareAsync(
        ProviderExecutable executable, string expected, string lockPath, ScratchDirectory scratch, CancellationToken cancellationToken)
    {
        var home = Path.Combine(scratch.Path, "x");
        var copy = Path.Combine(home, Path.GetFileName(executable.Path));
        string actual;
        try
        {
            actual = await ProviderDigest.CopyAsync(executable.Path, ProviderDigest.IsTree(expected), home, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Fail(executable, PluginFailure.NotExecutable, $"cannot be read for verification: {unreadable.Message}", "Make it readable for this user, and the scratch directory writable", unreadable);
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(actual), Encoding.ASCII.GetBytes(expected)) ? copy : throw Fail(
            executable,
            PluginFailure.ChecksumMismatch,
            $"its digest is {actual} where {lockPath} demands {expected}; it was not executed",
            "If you have replaced the provider yourself, run: kolumn init --upgrade. Otherwise install it again from where you trust it");
    }

    private static PluginException Fail(ProviderExecutable executable, PluginFailure reason, string what, string nextStep, Exception? cause = null) => new(
        new PluginFailureReport
        {
            Reason = reason,
            Phase = PluginPhase.Verify,
            Provider = executable.Requirement.Name,
            Path = executable.Path,
            What = what,
            NextStep = nextStep,
        },
        cause);
}
