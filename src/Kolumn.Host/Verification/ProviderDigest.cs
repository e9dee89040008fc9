using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kolumn.Host.Verification;

/// <summary>
/// What a lock file records of a provider: <c>sha256:…</c>, the SHA-256 of the executable, for a provider that is one file, or
/// <c>sha256-tree:…</c> for one that brings libraries along.
/// </summary>
/// <remarks>
/// The tree's digest is the SHA-256 of one line for every file in the executable's directory, in the ordinal order of their
/// paths: the file's SHA-256 in lower-case hexadecimal, two spaces, its path with '/' relative to the directory, a line feed.
/// That is what <c>sha256sum</c> prints: <c>find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum | sha256sum</c>.
/// </remarks>
internal static class ProviderDigest
{
    public const string FilePrefix = "sha256:";
    public const string TreePrefix = "sha256-tree:";

    /// <summary>A directory with more is not a provider's own.</summary>
    public const int MostFiles = 2000;

    public static bool IsTree(string digest) => digest.StartsWith(TreePrefix, StringComparison.Ordinal);

    /// <summary>Whether a provider has to be taken with its directory: a published one is a single file, a development build is not.</summary>
    public static bool NeedsTree(string executable)
    {
        var directory = Path.GetDirectoryName(executable)!;
        return File.Exists(Path.ChangeExtension(executable, null) + ".dll") || File.Exists(executable + ".dll")
            || Directory.EnumerateFiles(directory).Any(f => Path.GetExtension(f) is ".so" or ".dylib" or ".dll");
    }

    /// <exception cref="IOException">A file cannot be read, or there are too many.</exception>
    public static async Task<string> ComputeAsync(string executable, bool tree, CancellationToken cancellationToken) => tree
        ? TreePrefix + await HashTreeAsync(Path.GetDirectoryName(executable)!, cancellationToken)
        : FilePrefix + await HashFileAsync(executable, cancellationToken);

    public static IReadOnlyList<string> FilesOf(string directory)
    {
        var files = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Take(MostFiles + 1).ToList();
        return files.Count > MostFiles
            ? throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{directory} holds more than {MostFiles} files and is not a provider's own directory"))
            : [.. files.Select(f => Path.GetRelativePath(directory, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    private static async Task<string> HashTreeAsync(string directory, CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        foreach (var file in FilesOf(directory))
        {
            lines.Append(await HashFileAsync(Path.Combine(directory, file), cancellationToken)).Append("  ").Append(file).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    private static async Task<string> HashFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
