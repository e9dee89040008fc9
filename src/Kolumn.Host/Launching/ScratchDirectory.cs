using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Kolumn.Host.Launching;

/// <summary>
/// A directory of one provider process that only the host's user may enter: its socket, its temporary files and its verified
/// copy. The name tells which host made it, so that the next host sweeps what a killed one had to leave.
/// </summary>
internal sealed class ScratchDirectory : IDisposable
{
    private const string Prefix = "klm-";

    // Room for "/" and a socket name of 40 characters within the 103 bytes that macOS allows.
    private const int LongestPath = 62;

    // A directory for temporary files may be shared with containers, whose pids say nothing here.
    private static readonly string PidNamespace = ReadPidNamespace();

    private ScratchDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>What the provider sees as its directory for temporary files.</summary>
    public string Temporary => System.IO.Path.Combine(Path, "t");

    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static ScratchDirectory Create(string root)
    {
        var owner = Owner();
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, $"{Prefix}{owner}-{random}"));
        if (!OperatingSystem.IsWindows() && System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath && Directory.Exists("/tmp"))
        {
            path = System.IO.Path.Combine("/tmp", System.IO.Path.GetFileName(path));
        }

        var scratch = new ScratchDirectory(path);
        MakePrivate(path);
        MakePrivate(scratch.Temporary);
        return scratch;
    }

    /// <summary>Deletes the directories of hosts that are gone.</summary>
    public static void Sweep(string root)
    {
        try
        {
            foreach (var directory in Directory.EnumerateDirectories(root, Prefix + "*"))
            {
                var parts = System.IO.Path.GetFileName(directory).Split('-');
                if (parts.Length == 5 && parts[1] == PidNamespace && IsGone(parts[2], parts[3]))
                {
                    Delete(directory);
                }
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A root that cannot be listed is reported by Create, which needs it.
        }
    }

    public void Dispose() => Delete(Path);

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // Below the user's profile, where others have no access by inheritance.
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string Owner()
    {
        using var self = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{PidNamespace}-{self.Id}-{StartOf(self)}");
    }

    /// <summary>The number in "pid:[4026531836]" of pid_namespaces(7), in hexadecimal; 0 where there is no such thing.</summary>
    private static string ReadPidNamespace()
    {
        var name = OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget ?? "" : "";
        return long.TryParse(name.AsSpan().TrimStart("pid:[").TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("x", CultureInfo.InvariantCulture)
            : "0";
    }

    private static bool IsGone(string pid, string start)
    {
        if (!int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return StartOf(process) != start;
        }
        catch (Exception noProcess) when (noProcess is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string StartOf(Process process) => OperatingSystem.IsLinux()
        ? (ProcessTree.Read(process.Id)?.StartTime ?? 0).ToString(CultureInfo.InvariantCulture)
        : (process.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);

    private static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or still in use by a survivor that has been reported: the next sweep tries again.
        }
    }
}
