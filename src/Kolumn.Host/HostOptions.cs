namespace Kolumn.Host;

/// <summary>How providers are found, started, spoken to and stopped. Checked once, by <see cref="PluginHost"/>'s constructor.</summary>
public sealed record HostOptions
{
    /// <summary>Directories that are searched first, in this order.</summary>
    public IReadOnlyList<string> ProviderDirectories { get; init; } = [];

    /// <summary>The directory with <c>.kolumn/providers</c> and <c>.kolumn.lock</c>.</summary>
    public string WorkspaceDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>The directory with <c>.kolumn/plugins</c>; null searches none.</summary>
    public string? HomeDirectory { get; init; } = NullIfEmpty(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Where the host's own executable lies; null searches none.</summary>
    public string? ExecutableDirectory { get; init; } = AppContext.BaseDirectory;

    /// <summary>Whether PATH is searched last. Off: a provider runs with the user's rights and should be named on purpose.</summary>
    public bool SearchPath { get; init; }

    /// <summary>Whether a provider that <c>.kolumn.lock</c> does not name is refused.</summary>
    public bool RequireLock { get; init; }

    public ProviderTransport Transport { get; init; } = ProviderTransport.Tcp;

    /// <summary>Where each process gets its private directory: for its socket, its temporary files and its verified copy.</summary>
    public string ScratchDirectory { get; init; } = Path.GetTempPath();

    /// <summary>
    /// Where verified copies are kept from one start to the next, in a directory that is the user's alone; null, or a place where that
    /// cannot be, copies at each start. It is made when its parent exists. Nothing is kept on Windows, where no file mode says whose it is.
    /// </summary>
    public string? VerifiedDirectory { get; init; }

    /// <summary>Names of the host's environment variables that providers see beside the basic ones (PATH, HOME, LANG, …).</summary>
    public IReadOnlyList<string> PassedVariables { get; init; } = [];

    /// <summary>Variables set for every provider; they win over all others but the handshake's.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>From the launch to the handshake line.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the handshake to the first answer.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan SchemaTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan ConfigureTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The limit of a function that only reads.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The limit of a function that may change something: building an index can take hours.</summary>
    public TimeSpan ChangeTimeout { get; init; } = TimeSpan.FromHours(6);

    /// <summary>From the first word about stopping until nothing of the provider is left.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest message in either direction.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>So many crashes within <see cref="CrashWindow"/> end the attempts to start a provider again.</summary>
    public int CrashLimit { get; init; } = 3;

    public TimeSpan CrashWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Everything that is wrong with these options, one sentence each.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        foreach (var directory in ProviderDirectories.Where(string.IsNullOrWhiteSpace))
        {
            faults.Add($"{nameof(ProviderDirectories)} holds an empty path");
        }

        RequirePath(nameof(WorkspaceDirectory), WorkspaceDirectory);
        RequirePath(nameof(ScratchDirectory), ScratchDirectory);
        RequireTime(nameof(StartTimeout), StartTimeout);
        RequireTime(nameof(ConnectTimeout), ConnectTimeout);
        RequireTime(nameof(SchemaTimeout), SchemaTimeout);
        RequireTime(nameof(ConfigureTimeout), ConfigureTimeout);
        RequireTime(nameof(ReadTimeout), ReadTimeout);
        RequireTime(nameof(ChangeTimeout), ChangeTimeout);
        RequireTime(nameof(StopTimeout), StopTimeout);
        RequireTime(nameof(CrashWindow), CrashWindow);
        if (MaxMessageBytes < 64 * 1024)
        {
            faults.Add($"{nameof(MaxMessageBytes)} is {MaxMessageBytes}; a schema alone needs 65536");
        }

        if (CrashLimit < 1)
        {
            faults.Add($"{nameof(CrashLimit)} is {CrashLimit}; it is at least 1");
        }

        faults.AddRange(Variables.Keys.Concat(PassedVariables)
            .Where(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
            .Select(name => $"'{name}' is not the name of an environment variable"));
        return faults;

        void RequirePath(string name, string value)
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                faults.Add($"{name} is empty");
            }
        }

        void RequireTime(string name, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(7))
            {
                faults.Add($"{name} is {value}; it lies between zero and seven days");
            }
        }
    }

    private static string? NullIfEmpty(string path) => path.Length == 0 ? null : path;
}

/// <summary>How host and provider talk.</summary>
public enum ProviderTransport
{
    /// <summary>A loopback TCP port with mutual TLS: every language and system can serve it.</summary>
    Tcp,

    /// <summary>A Unix socket without TLS in a directory that only the host's user may enter: starts faster.</summary>
    Unix,
}
