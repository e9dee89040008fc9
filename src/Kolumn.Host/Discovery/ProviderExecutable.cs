using System.Runtime.InteropServices;

namespace Kolumn.Host.Discovery;

/// <summary>A provider that was found.</summary>
/// <param name="Requirement">What was looked for.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Version">Where its place says so.</param>
public sealed record ProviderExecutable(ProviderRequirement Requirement, string Path, string? Version)
{
    /// <summary>This system as lock files and directories spell it: <c>linux_amd64</c>, <c>darwin_arm64</c>, <c>windows_amd64</c>.</summary>
    public static string Platform { get; } = $"{OperatingSystemName()}_{ArchitectureName()}";

    private static string OperatingSystemName() =>
        OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsFreeBSD() ? "freebsd" : "linux";

    private static string ArchitectureName() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };
}
