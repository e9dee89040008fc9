namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// The sessions on one file, counted so that none takes back the empty file it made while another one has just opened it:
/// that would write into a file without a name.
/// </summary>
internal sealed class FileUsers
{
    private readonly Lock _gate = new();
    private int _count;

    /// <summary>Called before the file is looked for.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            _count++;
        }
    }

    /// <param name="path">A file of no use, deleted while nobody else is there; null for none.</param>
    public void Leave(string? path)
    {
        lock (_gate)
        {
            _count--;
            if (_count == 0 && path is not null && new FileInfo(path) is { Exists: true, Length: 0 } empty)
            {
                empty.Delete();
            }
        }
    }
}
