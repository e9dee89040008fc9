namespace Kolumn.Cli.Providers;

/// <summary>What a lock file's entry has become.</summary>
internal enum LockChange
{
    /// <summary>It named exactly this executable already.</summary>
    None,

    Added,

    /// <summary>It named another one.</summary>
    Replaced,
}

/// <summary>A provider that was found, started and locked.</summary>
/// <param name="Id">As the configuration calls it.</param>
/// <param name="Source">As the lock file calls it.</param>
/// <param name="Version">As it says itself.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Digest">Of the executable.</param>
internal sealed record LockedExecutable(string Id, string Source, string Version, string Path, string Digest, LockChange Change);
