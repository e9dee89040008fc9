using System.Security.Cryptography;

namespace Kolumn.Host.Verification;

/// <summary>
/// Verified copies of providers, kept from one start to the next: making one takes several times as long as comparing it. One directory to a
/// digest, in a directory that only its owner may enter; what no lock file entry names any more goes when something new comes.
/// </summary>
internal sealed class KeptCopies
{
    private const string UnfinishedPrefix = "unfinished-";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Nobody copies for so long: what is older was left behind by a process that was killed.
    private static readonly TimeSpan LongestCopying = TimeSpan.FromHours(1);

    private readonly string _root;

    private KeptCopies(string root) => _root = root;

    /// <summary>null where nothing can be kept: no directory is wanted, its parent does not exist, or it is not the owner's alone.</summary>
    public static KeptCopies? Open(string? root)
    {
        if (root is null || OperatingSystem.IsWindows() || !IsPlain(Path.GetDirectoryName(root)))
        {
            return null;
        }

        try
        {
            if (!Directory.Exists(root))
            {
                Directory.CreateDirectory(root, OwnerOnly);
            }

            return IsPlain(root) && File.GetUnixFileMode(root) == OwnerOnly ? new KeptCopies(root) : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where the copy of a provider with this digest is, or would be.</summary>
    public string DirectoryOf(string digest) => Path.Combine(_root, digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    /// <summary>The name of a directory to copy into, which does not exist yet.</summary>
    public string NewDirectory() => Path.Combine(_root, UnfinishedPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>Puts a finished copy in its place, and takes away what no lock file entry names.</summary>
    /// <param name="made">Of <see cref="NewDirectory"/>.</param>
    /// <param name="home">Its place.</param>
    /// <param name="locked">The digests of all providers that may be needed.</param>
    /// <returns>false when there is one already: that of another host, which was faster.</returns>
    public bool TryKeep(string made, string home, IEnumerable<string> locked)
    {
        try
        {
            Directory.Move(made, home);
        }
        catch (IOException) when (Directory.Exists(home))
        {
            return false;
        }

        var needed = locked.Select(DirectoryOf).ToHashSet(StringComparer.Ordinal);
        foreach (var directory in Directory.GetDirectories(_root).Where(d => !needed.Contains(d) && !IsBeingMade(d)))
        {
            Delete(directory);
        }

        return true;
    }

    public static void Delete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // Another host deletes it too, or it stays until the next time: nothing is executed that was not compared.
        }
    }

    private static bool IsBeingMade(string directory) =>
        Path.GetFileName(directory).StartsWith(UnfinishedPrefix, StringComparison.Ordinal) && DateTime.UtcNow - Directory.GetLastWriteTimeUtc(directory) < LongestCopying;

    /// <summary>A link would lead to what is not the workspace's.</summary>
    private static bool IsPlain(string? directory) => Directory.Exists(directory) && new DirectoryInfo(directory).LinkTarget is null;
}
