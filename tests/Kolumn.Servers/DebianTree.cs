using System.Runtime.InteropServices;

namespace Kolumn.Servers;

/// <summary>
/// PostgreSQL 18 with DocumentDB out of Debian's testing suite, with everything they need, unpacked into a folder of its own and run there by
/// bubblewrap: nothing of it is installed. Downloaded once (140 MB) and kept beside other temporary files.
/// <list type="number">
/// <item>one process at a time prepares it; who comes later finds it ready;</item>
/// <item>apt, with lists and state of its own, downloads the package and all of its dependencies;</item>
/// <item>dpkg unpacks them;</item>
/// <item>the links that the packages' scripts would have made are made here.</item>
/// </list>
/// </summary>
internal sealed class DebianTree
{
    private const string Package = "postgresql-18-documentdb";
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Link and target below the tree: what update-alternatives decides on an installed system.</summary>
    private static readonly (string Link, string Target)[] Alternatives =
    [
        ("usr/share/postgresql/18/extension/postgis.control", "postgis-3.control"),
        ("usr/lib/x86_64-linux-gnu/libblas.so.3", "blas/libblas.so.3"),
        ("usr/lib/x86_64-linux-gnu/liblapack.so.3", "lapack/liblapack.so.3"),
    ];

    private readonly string _folder;

    private DebianTree(string folder) => _folder = folder;

    private string Root => Path.Combine(_folder, "root");

    /// <exception cref="InvalidOperationException">It cannot be had here; the message says why.</exception>
    public static async Task<DebianTree> AcquireAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64 || !File.Exists("/usr/bin/apt-get") || !File.Exists(Keyring))
        {
            throw new InvalidOperationException($"this system has no apt-get with {Keyring}, or is not x86-64");
        }

        if (!Command.SearchPath.Any(folder => File.Exists(Path.Combine(folder, "bwrap"))) && await DebianPackages.InstallAsync(["bubblewrap"], cancellationToken) is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }

        var tree = new DebianTree(Path.Combine(Path.GetTempPath(), $"kolumn-documentdb-{Environment.UserName}"));
        Directory.CreateDirectory(tree._folder);
        await using (await LockAsync(Path.Combine(tree._folder, "lock"), cancellationToken)) // 1
        {
            var ready = Path.Combine(tree._folder, "ready");
            if (!File.Exists(ready))
            {
                await tree.DownloadAsync(cancellationToken); // 2
                await tree.UnpackAsync(cancellationToken); // 3
                foreach (var (link, target) in Alternatives) // 4
                {
                    File.CreateSymbolicLink(Path.Combine(tree.Root, link), target);
                }

                await File.WriteAllTextAsync(ready, "", cancellationToken);
            }
        }

        return tree;
    }

    /// <summary>What stands before a program of the tree: it sees the tree, and <paramref name="folder"/> at its own place.</summary>
    public string[] Prefix(string folder) =>
    [
        "bwrap", "--unshare-user", "--unshare-ipc", "--die-with-parent",
        "--ro-bind", Path.Combine(Root, "usr"), "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/sbin", "/sbin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
        "--ro-bind", "/etc/passwd", "/etc/passwd", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", folder, folder,
        "--setenv", "PATH", "/usr/bin", "--setenv", "LC_ALL", "C",
    ];

    private async Task DownloadAsync(CancellationToken cancellationToken)
    {
        var apt = Path.Combine(_folder, "apt");
        Directory.CreateDirectory(Path.Combine(apt, "state/lists/partial"));
        Directory.CreateDirectory(Path.Combine(apt, "cache/archives/partial"));

        // An empty list of installed packages: whatever this system has, the tree has to have its own.
        await File.WriteAllTextAsync(Path.Combine(apt, "status"), "", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(apt, "sources.list"), $"deb [signed-by={Keyring}] {await MirrorAsync(cancellationToken)} testing main\n", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(apt, "apt.conf"),
            $"""
            Dir::Etc::sourcelist "{apt}/sources.list";
            Dir::Etc::sourceparts "/dev/null";
            Dir::State "{apt}/state";
            Dir::State::status "{apt}/status";
            Dir::Cache "{apt}/cache";
            """,
            cancellationToken);
        var environment = new Dictionary<string, string> { ["APT_CONFIG"] = Path.Combine(apt, "apt.conf"), ["DEBIAN_FRONTEND"] = "noninteractive" };
        await MustSucceedAsync("/usr/bin/apt-get", ["update"], cancellationToken, environment);
        await MustSucceedAsync(
            "/usr/bin/apt-get", ["install", "--yes", "--download-only", "--no-install-recommends", "-o", "Debug::NoLocking=1", Package, "dash"], cancellationToken, environment);
    }

    /// <summary>Where this system gets Debian's packages from; what it gets its security updates from holds nothing else.</summary>
    private static async Task<string> MirrorAsync(CancellationToken cancellationToken)
    {
        var targets = await Command.RunAsync(
            "/usr/bin/apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Component: main"], Limit, cancellationToken);
        return targets.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(uri => !uri.Contains("security", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("apt is given no archive of Debian's packages on this system");
    }

    private async Task UnpackAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }

        Directory.CreateDirectory(Root);
        foreach (var package in Directory.GetFiles(Path.Combine(_folder, "apt/cache/archives"), "*.deb"))
        {
            await MustSucceedAsync("/usr/bin/dpkg-deb", ["--extract", package, Root], cancellationToken);
            File.Delete(package);
        }
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Somebody else prepares it; the limit ends it.
            }

            try
            {
                await tick.WaitForNextTickAsync(limited.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new InvalidOperationException($"another process holds {path} for more than {Limit.TotalMinutes:0} minutes");
            }
        }
    }

    private static async Task MustSucceedAsync(string program, string[] arguments, CancellationToken cancellationToken, Dictionary<string, string>? environment = null)
    {
        var result = await Command.RunAsync(program, arguments, Limit, cancellationToken, environment);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} {arguments[0]} failed: {result.Tail}");
        }
    }
}
