using System.Security.Cryptography;
using System.Text;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Verification;

/// <summary>
/// Compares a provider with the lock file. What is verified is what is executed: the files are copied into a
/// private directory, hashed on the way, and run from there, so that nobody can exchange them in between. A copy that was kept is
/// compared anew at each start, like the provider itself.
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

        var demand = new Demand(executable, digest!, path, [.. locks.Providers.Values.Select(p => p.Digests.GetValueOrDefault(ProviderExecutable.Platform)).OfType<string>()]);
        try
        {
            var home = await KeptAsync(demand, cancellationToken) ?? await CopyAndCompareAsync(demand, Path.Combine(scratch.Path, "x"), cancellationToken);
            return Path.Combine(home, Path.GetFileName(executable.Path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Fail(executable, PluginFailure.NotExecutable, $"cannot be read for verification: {unreadable.Message}", "Make it readable for this user, and the scratch directory writable", unreadable);
        }
    }

    /// <summary>
    /// 1. A copy that is there and what it should be is used.
    /// 2. Another one is made, unless a second host has been faster.
    /// </summary>
    /// <returns>The directory of the copy; null where none can be kept.</returns>
    private async Task<string?> KeptAsync(Demand demand, CancellationToken cancellationToken)
    {
        if (KeptCopies.Open(options.VerifiedDirectory) is not { } copies)
        {
            return null;
        }

        // 1
        var home = copies.DirectoryOf(demand.Digest);
        if (Directory.Exists(home))
        {
            if (await IsIntactAsync(demand, home, cancellationToken))
            {
                return home;
            }

            KeptCopies.Delete(home);
        }

        // 2
        var made = copies.NewDirectory();
        try
        {
            await CopyAndCompareAsync(demand, made, cancellationToken);
            return copies.TryKeep(made, home, demand.Locked) || await IsIntactAsync(demand, home, cancellationToken) ? home : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            KeptCopies.Delete(made);
        }
    }

    /// <summary>The provider itself is compared at the same time: whoever has replaced it shall hear of it.</summary>
    private static async Task<bool> IsIntactAsync(Demand demand, string home, CancellationToken cancellationToken)
    {
        var tree = ProviderDigest.IsTree(demand.Digest);
        var copy = Path.Combine(home, Path.GetFileName(demand.Executable.Path));
        var kept = File.Exists(copy) ? ProviderDigest.ComputeAsync(copy, tree, cancellationToken) : Task.FromResult("");
        MustBe(demand, await ProviderDigest.ComputeAsync(demand.Executable.Path, tree, cancellationToken));
        return await kept == demand.Digest;
    }

    private static async Task<string> CopyAndCompareAsync(Demand demand, string home, CancellationToken cancellationToken)
    {
        MustBe(demand, await ProviderDigest.CopyAsync(demand.Executable.Path, ProviderDigest.IsTree(demand.Digest), home, cancellationToken));
        return home;
    }

    private static void MustBe(Demand demand, string actual)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(actual), Encoding.ASCII.GetBytes(demand.Digest)))
        {
            throw Fail(
                demand.Executable,
                PluginFailure.ChecksumMismatch,
                $"its digest is {actual} where {demand.LockPath} demands {demand.Digest}; it was not executed",
                "If you have replaced the provider yourself, run: kolumn init --upgrade. Otherwise install it again from where you trust it");
        }
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

    /// <param name="Digest">What the lock file says of it.</param>
    /// <param name="Locked">What it says of all providers.</param>
    private sealed record Demand(ProviderExecutable Executable, string Digest, string LockPath, IReadOnlyList<string> Locked);
}
