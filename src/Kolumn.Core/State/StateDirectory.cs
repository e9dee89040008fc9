namespace Kolumn.Core.State;

/// <summary>
/// Where a project keeps what it knows: the directory <c>.kolumn</c> beside its configuration. Directories are 0700 and files
/// 0600, since a state names everything there is in a database.
/// </summary>
public sealed class StateDirectory
{
    public const string Name = ".kolumn";

    /// <summary>How many earlier snapshots are kept.</summary>
    public const int BackupCount = 10;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public StateDirectory(string projectDirectory)
    {
        Root = Path.Combine(Path.GetFullPath(projectDirectory), Name);
    }

    public string Root { get; }

    public string Snapshot => Path.Combine(Root, "state.klstate");

    public string Journal => Path.Combine(Root, "state.journal");

    public string Backups => Path.Combine(Root, "backups");

    public string Lock => Path.Combine(Root, "lock");

    public string LockOwner => Path.Combine(Root, "lock.owner.json");

    public bool Exists => Directory.Exists(Root);

    /// <summary>Creates what is missing; true when the directory itself was.</summary>
    /// <exception cref="IOException">The place cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public bool Create()
    {
        var isNew = !Exists;
        CreatePrivate(Root);
        CreatePrivate(Backups);
        var ignore = Path.Combine(Root, ".gitignore");
        if (!File.Exists(ignore))
        {
            DurableFile.Replace(ignore, "*\n"u8);
        }

        return isNew;
    }

    /// <summary>Snapshots of earlier serials, newest first.</summary>
    public IReadOnlyList<string> ListBackups() => !Directory.Exists(Backups)
        ? []
        : [.. Directory.EnumerateFiles(Backups, "state.*.klstate").OrderDescending(StringComparer.Ordinal)];

    /// <summary>The serial is padded, so that the order of names is the order of time.</summary>
    internal string BackupOf(long serial) => Path.Combine(Backups, $"state.{serial:D12}.klstate");

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }
}
