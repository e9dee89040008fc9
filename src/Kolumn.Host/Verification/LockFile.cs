using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Host.Discovery;

namespace Kolumn.Host.Verification;

/// <summary>
/// <c>.kolumn.lock</c>: which providers a workspace uses, with their digests for each platform, to be kept under version
/// control. JSON, sorted, one digest to a line:
/// <code>
/// {
///   "version": 1,
///   "providers": {
///     "kolumn/sqlite": {
///       "version": "0.1.0",
///       "digests": {
///         "linux_amd64": "sha256:9f86d0…"
///       }
///     }
///   }
/// }
/// </code>
/// </summary>
public sealed record LockFile
{
    public const string FileName = ".kolumn.lock";

    private const int CurrentVersion = 1;
    private const int LargestFile = 1024 * 1024;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n" };

    /// <summary>By source, <c>namespace/name</c>.</summary>
    public IReadOnlyDictionary<string, LockedProvider> Providers { get; init; } = new Dictionary<string, LockedProvider>();

    /// <summary>Empty when there is no such file.</summary>
    /// <exception cref="LockFileException">It is not a lock file, or one of a newer version.</exception>
    public static async Task<LockFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(path))
            {
                return new LockFile();
            }

            if (new FileInfo(path).Length > LargestFile)
            {
                throw new LockFileException(path, "it is larger than 1 MiB");
            }

            var text = await File.ReadAllTextAsync(path, cancellationToken);
            var root = JsonNode.Parse(text, null, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return Read(path, root);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new LockFileException(path, fault.Message, fault);
        }
    }

    /// <summary>Writes beside the file and renames: a reader sees the old one or the new one.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var providers = new JsonObject();
        foreach (var (source, provider) in Providers.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var digests = provider.Digests.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value));
            providers[source] = new JsonObject { ["version"] = provider.Version, ["digests"] = new JsonObject(digests) };
        }

        var text = new JsonObject { ["version"] = CurrentVersion, ["providers"] = providers }.ToJsonString(Indented) + "\n";
        var fresh = $"{path}.{Guid.NewGuid():n}";
        try
        {
            await using (var file = new FileStream(fresh, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    /// <summary>
    /// This lock file with the digest of an executable as it lies there now. Digests of other platforms are kept as long as the
    /// version stays the same.
    /// </summary>
    /// <param name="version">As the provider's schema says.</param>
    /// <exception cref="IOException">The executable cannot be read.</exception>
    public async Task<LockFile> WithAsync(ProviderExecutable executable, string version, CancellationToken cancellationToken)
    {
        var digest = await ProviderDigest.ComputeAsync(executable.Path, ProviderDigest.NeedsTree(executable.Path), cancellationToken);
        var source = executable.Requirement.Source;
        var digests = Providers.TryGetValue(source, out var known) && known.Version == version
            ? new Dictionary<string, string>(known.Digests)
            : [];
        digests[ProviderExecutable.Platform] = digest;
        return this with { Providers = new Dictionary<string, LockedProvider>(Providers) { [source] = new(version, digests) } };
    }

    private static LockFile Read(string path, JsonNode? root)
    {
        if (root is not JsonObject file || file["version"]?.GetValue<int>() is not { } version)
        {
            throw new LockFileException(path, "it has no version");
        }

        if (version != CurrentVersion)
        {
            throw new LockFileException(path, $"its version is {version} where {CurrentVersion} is known: a newer Kolumn wrote it");
        }

        var providers = new Dictionary<string, LockedProvider>(StringComparer.Ordinal);
        foreach (var (source, entry) in file["providers"]?.AsObject() ?? [])
        {
            var digests = entry?["digests"]?.AsObject().ToDictionary(d => d.Key, d => d.Value?.GetValue<string>() ?? "") ?? [];
            if (digests.Values.FirstOrDefault(d => !IsDigest(d)) is { } wrong)
            {
                throw new LockFileException(path, $"'{Supervision.TerminalText.Neutralise(wrong)}' of {Supervision.TerminalText.Neutralise(source)} is not a digest such as sha256:9f86d0…");
            }

            providers[source] = new LockedProvider(entry?["version"]?.GetValue<string>() ?? "", digests);
        }

        return new LockFile { Providers = providers };
    }

    private static bool IsDigest(string text)
    {
        var hexadecimal = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return (text.StartsWith(ProviderDigest.FilePrefix, StringComparison.Ordinal) || ProviderDigest.IsTree(text))
            && hexadecimal.Length == 64 && hexadecimal.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
    }
}

/// <param name="Version">The provider's version when it was locked.</param>
/// <param name="Digests">By <see cref="ProviderExecutable.Platform"/>.</param>
public sealed record LockedProvider(string Version, IReadOnlyDictionary<string, string> Digests);

/// <summary>A lock file cannot be used.</summary>
public sealed class LockFileException(string path, string why, Exception? cause = null)
    : Exception($"{path} is not a usable lock file: {why}", cause)
{
    public string Path { get; } = path;
}
