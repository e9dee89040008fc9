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

    private const int BufferBytes = 1024 * 1024;

    public static bool IsTree(string digest) => digest.StartsWith(TreePrefix, StringComparison.Ordinal);

    /// <summary>Whether a provider has to be taken with its directory: a published one is a single file, a development build is not.</summary>
    public static bool NeedsTree(string executable)
    {
        var directory = Path.GetDirectoryName(executable)!;
        return File.Exists(Path.ChangeExtension(executable, null) + ".dll") || File.Exists(executable + ".dll")
            || Directory.EnumerateFiles(directory).Any(f => Path.GetExtension(f) is ".so" or ".dylib" or ".dll");
    }

    /// <exception cref="IOException">A file cannot be read, or there are too many.</exception>
    public static Task<string> ComputeAsync(string executable, bool tree, CancellationToken cancellationToken) =>
        Task.Run(() => Compute(executable, tree, copies: null, cancellationToken), cancellationToken);

    /// <summary>Copies what is hashed to a directory that is nobody else's; the digest is that of the copy.</summary>
    /// <exception cref="IOException">A file cannot be read or written, or there are too many.</exception>
    public static Task<string> CopyAsync(string executable, bool tree, string copies, CancellationToken cancellationToken) =>
        Task.Run(() => Compute(executable, tree, copies, cancellationToken), cancellationToken);

    public static IReadOnlyList<string> FilesOf(string directory)
    {
        var files = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Take(MostFiles + 1).ToList();
        return files.Count > MostFiles
            ? throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{directory} holds more than {MostFiles} files and is not a provider's own directory"))
            : [.. files.Select(f => Path.GetRelativePath(directory, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    private static string Compute(string executable, bool tree, string? copies, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var directory = Path.GetDirectoryName(executable)!;
        if (!tree)
        {
            return FilePrefix + HashFile(directory, Path.GetFileName(executable), copies, buffer, cancellationToken);
        }

        var lines = new StringBuilder();
        foreach (var file in FilesOf(directory))
        {
            lines.Append(HashFile(directory, file, copies, buffer, cancellationToken)).Append("  ").Append(file).Append('\n');
        }

        return TreePrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    private static string HashFile(string directory, string file, string? copies, byte[] buffer, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, file);
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using var copy = copies is null ? null : Create(path, Path.Combine(copies, file));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (source.Read(buffer) is > 0 and var length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, length);
            copy?.Write(buffer, 0, length);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static FileStream Create(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.GetUnixFileMode(source);
        }

        return new FileStream(target, options);
    }
}
