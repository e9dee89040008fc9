using Kolumn.Protocol;

namespace Kolumn.Host.Discovery;

/// <summary>
/// Looks for a provider's executable, in this order:
/// 1. the directories of <see cref="HostOptions.ProviderDirectories"/>;
/// 2. <c>.kolumn/providers/namespace/name/version/os_arch/</c> of the workspace: the preferred version, else the newest that the
/// requirement admits;
/// 3. <c>.kolumn/plugins</c> of the home directory;
/// 4. beside the host's own executable;
/// 5. PATH, only where <see cref="HostOptions.SearchPath"/> says so.
/// </summary>
internal sealed class ProviderDiscovery(HostOptions options)
{
    /// <exception cref="PluginException"><see cref="PluginFailure.NotFound"/>, with every place that was searched.</exception>
    public ProviderExecutable Find(ProviderRequirement requirement)
    {
        if (requirement.Fault() is { } fault)
        {
            throw NotFound(requirement, fault, "Correct the name");
        }

        var searched = new List<string>();
        foreach (var (directory, version) in Places(requirement))
        {
            var path = Path.GetFullPath(Path.Combine(directory, requirement.FileName));
            if (File.Exists(path) || Directory.Exists(path))
            {
                return new ProviderExecutable(requirement, path, version);
            }

            searched.Add(Path.GetFullPath(directory));
        }

        var known = Installed(searched);
        throw NotFound(
            requirement,
            $"there is no {requirement.FileName}{VersionsRefused(requirement)} in {string.Join(", ", searched.Distinct())}",
            known.Count == 0 ? "Install the provider, or name its directory" : $"Install it, name its directory, or use one of those installed: {string.Join(", ", known)}");
    }

    private IEnumerable<(string Directory, string? Version)> Places(ProviderRequirement requirement)
    {
        foreach (var directory in options.ProviderDirectories)
        {
            yield return (directory, null);
        }

        var versions = VersionsDirectory(requirement);
        var admitted = Versions(versions).Where(v => requirement.Version?.Admits(v) ?? true).OrderByDescending(v => v == requirement.PreferredVersion).ToList();
        foreach (var version in admitted)
        {
            yield return (Path.Combine(versions, version, ProviderExecutable.Platform), version);
        }

        if (admitted.Count == 0)
        {
            yield return (versions, null);
        }

        // An unversioned place cannot keep a promise about a version; the lock file and the schema can.
        if (options.HomeDirectory is { } home)
        {
            yield return (Path.Combine(home, ".kolumn", "plugins"), null);
        }

        if (options.ExecutableDirectory is { } beside)
        {
            yield return (beside, null);
        }

        if (options.SearchPath)
        {
            foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified))
            {
                yield return (directory, null);
            }
        }
    }

    private string VersionsDirectory(ProviderRequirement requirement) =>
        Path.Combine(options.WorkspaceDirectory, ".kolumn", "providers", requirement.Namespace, requirement.Name);

    private string VersionsRefused(ProviderRequirement requirement)
    {
        if (requirement.Version is not { } constraint)
        {
            return "";
        }

        var refused = Versions(VersionsDirectory(requirement)).Where(v => !constraint.Admits(v)).Take(20).ToList();
        return $" of a version that \"{constraint}\" admits{(refused.Count == 0 ? "" : $" (installed: {string.Join(", ", refused)})")}";
    }

    private static IEnumerable<string> Versions(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateDirectories(directory)
            .Select(d => Path.GetFileName(d)!)
            .Select(name => (Name: name, Version: SemanticVersion.Parse(name)))
            .Where(v => v.Version is not null)
            .OrderByDescending(v => v.Version)
            .Select(v => v.Name)
        : [];

    private static List<string> Installed(IEnumerable<string> directories)
    {
        const string Prefix = "kolumn-provider-";
        return [.. directories.Distinct().Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, Prefix + "*"))
            .Select(f => Path.GetFileName(f)[Prefix.Length..])
            .Select(f => f.EndsWith(".exe", StringComparison.Ordinal) ? f[..^4] : f)
            .Where(f => !f.Contains('.', StringComparison.Ordinal))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Take(20)];
    }

    private static PluginException NotFound(ProviderRequirement requirement, string what, string nextStep) => new(new PluginFailureReport
    {
        Reason = PluginFailure.NotFound,
        Phase = PluginPhase.Discover,
        Provider = Supervision.TerminalText.Neutralise(requirement.Name),
        What = what,
        NextStep = nextStep,
    });
}
