namespace Kolumn.Servers;

/// <summary>Installs Debian packages where that can be done without asking anybody: on Debian, as root.</summary>
public static class DebianPackages
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>null when installed, otherwise why not.</summary>
    public static async Task<string?> InstallAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        var names = string.Join(" ", packages);
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/apt-get"))
        {
            return $"{names}: this system has no apt-get";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return $"{names}: installing Debian packages needs root";
        }

        var quiet = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        await Command.RunAsync("/usr/bin/apt-get", ["update"], Limit, cancellationToken, quiet);
        var install = await Command.RunAsync(
            "/usr/bin/apt-get", ["install", "--yes", "--no-install-recommends", .. packages], Limit, cancellationToken, quiet);
        return install.Succeeded ? null : $"apt-get install {names} failed: {install.Tail}";
    }
}
