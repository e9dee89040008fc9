using System.Runtime.InteropServices;

namespace Kolumn.Host.Launching;

/// <summary>
/// The calls of the C library that .NET has no public form of: starting a process in a session of its own, waiting without
/// collecting, signals to groups. posix_spawn(3), waitid(2), pidfd_open(2).
/// </summary>
internal static unsafe partial class Libc
{
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;

    public const int AccessDenied = 13;
    public const int TextFileBusy = 26;
    public const int Interrupted = 4;

    public const int WaitForPid = 1;
    public const int WaitExited = 4;
    public const int WaitNoHang = 1;

    public static readonly int WaitNoReap = OperatingSystem.IsMacOS() ? 0x20 : 0x01000000;
    public static readonly int SignalContinue = OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID.</summary>
    public static readonly short SpawnFlags = (short)(0x04 | 0x08 | (OperatingSystem.IsMacOS() ? 0x400 : 0x80));

    /// <summary>Larger than posix_spawnattr_t, posix_spawn_file_actions_t, sigset_t and siginfo_t of every supported system.</summary>
    public const int OpaqueSize = 1024;

    // The numbers of pidfd_open and pidfd_send_signal are the same on every architecture.
    private const long PidfdSendSignal = 424;
    private const long PidfdOpen = 434;

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(out int pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int ActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int AttributesSetSignalDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int AttributesSetSignalMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int SignalSetEmpty(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static partial int SignalSetAdd(byte* signals, int signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int kind, int id, byte* info, int options);

    /// <summary>posix_spawn_file_actions_addclosefrom_np, where the library has it (glibc 2.34): null elsewhere.</summary>
    public static readonly delegate* unmanaged<byte*, int, int> ActionsAddCloseFrom = FindCloseFrom();

    /// <summary>Sends a signal to exactly the process that <paramref name="stillTheSame"/> recognises, never to a successor of its pid.</summary>
    public static void SignalExactly(int pid, int signal, Func<bool> stillTheSame)
    {
        var descriptor = (int)SystemCall(PidfdOpen, pid, 0, 0, 0);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: descriptor >= 0);
        if (!stillTheSame())
        {
            return;
        }

        // A kernel before 5.3 has no pidfd: what remains is the moment between the check above and the signal.
        if (descriptor < 0 || SystemCall(PidfdSendSignal, descriptor, signal, 0, 0) != 0)
        {
            _ = Kill(pid, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second, long third, long fourth);

    private static delegate* unmanaged<byte*, int, int> FindCloseFrom() =>
        NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "posix_spawn_file_actions_addclosefrom_np", out var function)
            ? (delegate* unmanaged<byte*, int, int>)function
            : null;
}
