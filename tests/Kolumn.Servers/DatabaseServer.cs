namespace Kolumn.Servers;

/// <summary>A running server for tests, or the reason why there is none.</summary>
public sealed class DatabaseServer : IAsyncDisposable
{
    private readonly Func<Task>? _stop;

    private DatabaseServer(string? url, string description, Func<Task>? stop)
    {
        Url = url;
        Description = description;
        _stop = stop;
    }

    /// <summary>null when there is no server.</summary>
    public string? Url { get; }

    /// <summary>Where the server comes from, or why there is none: what was tried and how it failed.</summary>
    public string Description { get; }

    public static DatabaseServer Running(string url, string description, Func<Task>? stop = null) => new(url, description, stop);

    public static DatabaseServer Absent(string reason) => new(null, reason, null);

    public async ValueTask DisposeAsync()
    {
        if (_stop is not null)
        {
            await _stop();
        }
    }
}
