namespace Kolumn.Servers;

/// <summary>A running server for tests, or the reason why there is none.</summary>
public sealed class DatabaseServer : IAsyncDisposable
{
    private readonly Func<Task>? _stop;

    private DatabaseServer(string? url, string description, Func<Task>? stop, Func<CancellationToken, Task>? crash)
    {
        Crash = crash;
        Url = url;
        Description = description;
        _stop = stop;
    }

    /// <summary>null when there is no server.</summary>
    public string? Url { get; }

    /// <summary>Where the server comes from, or why there is none: what was tried and how it failed.</summary>
    public string Description { get; }

    /// <summary>Kills it without warning and starts it again; null where nobody may.</summary>
    public Func<CancellationToken, Task>? Crash { get; }

    public static DatabaseServer Running(string url, string description, Func<Task>? stop = null, Func<CancellationToken, Task>? crash = null) => new(url, description, stop, crash);

    public static DatabaseServer Absent(string reason) => new(null, reason, null, null);

    public async ValueTask DisposeAsync()
    {
        if (_stop is not null)
        {
            await _stop();
        }
    }
}
