namespace Kolumn.Servers;

/// <summary>
/// How tests come by one kind of server:
/// 1. the one that an environment variable names;
/// 2. installed binaries, started privately in a temporary folder as a user other than root;
/// 3. Debian's packages, installed when we are root, then as 2;
/// 4. a container, where a Docker engine answers.
/// </summary>
public sealed record ServerSources
{
    /// <summary>As people write it: PostgreSQL.</summary>
    public required string Name { get; init; }

    /// <summary>Holds the URL of somebody who may do everything.</summary>
    public required string EnvironmentVariable { get; init; }

    /// <summary>Which programs are looked for, and where, for the reason why there is no server.</summary>
    public required string Programs { get; init; }

    /// <summary>The folder with those programs; null when there is none.</summary>
    public required Func<string?> FindBinaries { get; init; }

    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>Starts a private server from a folder with binaries; an InvalidOperationException says why it could not.</summary>
    public required Func<string, CancellationToken, Task<(string Url, IAsyncDisposable Server)>> Start { get; init; }

    public required ServerContainer Container { get; init; }

    public async Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken)
    {
        // 1
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } url)
        {
            return DatabaseServer.Running(url, $"the server named by {EnvironmentVariable}");
        }

        return await AcquireOwnAsync(cancellationToken);
    }

    /// <summary>One that nobody else uses: 2 to 4.</summary>
    public async Task<DatabaseServer> AcquireOwnAsync(CancellationToken cancellationToken)
    {
        // 2
        var tried = new List<string>();
        if (FindBinaries() is { } installed)
        {
            return await StartAsync(installed, "installed binaries", tried, cancellationToken) ?? Absent(tried);
        }

        tried.Add($"no installed binaries ({Programs})");

        // 3
        var refusal = await DebianPackages.InstallAsync(Packages, cancellationToken);
        if (refusal is null && FindBinaries() is { } fresh)
        {
            return await StartAsync(fresh, "Debian's package", tried, cancellationToken) ?? Absent(tried);
        }

        tried.Add(refusal ?? "Debian's package brought no binaries");

        // 4
        return await Container.StartAsync(tried, cancellationToken) ?? Absent(tried);
    }

    private async Task<DatabaseServer?> StartAsync(string binaries, string origin, List<string> tried, CancellationToken cancellationToken)
    {
        try
        {
            var (url, server) = await Start(binaries, cancellationToken);
            return DatabaseServer.Running(url, $"a private server from {origin} in {binaries}", () => server.DisposeAsync().AsTask());
        }
        catch (InvalidOperationException failure)
        {
            tried.Add($"{origin} in {binaries} did not start: {failure.Message}");
            return null;
        }
    }

    private DatabaseServer Absent(List<string> tried) =>
        DatabaseServer.Absent($"no {Name} server: {string.Join("; ", tried)}. Set {EnvironmentVariable} to a superuser's URL, or install {Name}.");
}
