using System.Runtime.InteropServices;
using Kolumn.Servers;

namespace Kolumn.Build;

/// <summary>The system's SQLite library, which the provider uses: present almost everywhere, installed where it is not and can be.</summary>
internal static class SqliteLibrary
{
    private static string Name =>
        OperatingSystem.IsWindows() ? "winsqlite3.dll" : OperatingSystem.IsMacOS() ? "libsqlite3.dylib" : "libsqlite3.so.0";

    /// <summary>What was found or done, for people.</summary>
    /// <exception cref="BuildFailedException">There is none and it could not be installed.</exception>
    public static async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        if (NativeLibrary.TryLoad(Name, out _))
        {
            return $"the system's {Name}";
        }

        var refusal = await DebianPackages.InstallAsync(["libsqlite3-0"], cancellationToken);
        return refusal is null
            ? $"{Name}, installed from Debian's package"
            : throw new BuildFailedException($"the system has no {Name}. Install SQLite (Debian: apt-get install libsqlite3-0). Tried: {refusal}");
    }
}
