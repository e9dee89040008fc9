using System.Globalization;

namespace Kolumn.Host.Launching;

/// <summary>How a process ended: by its own exit code or by a signal.</summary>
/// <param name="Code">The exit code; null when a signal ended it, or when somebody else collected the status.</param>
/// <param name="Signal">The signal's number; null when it exited by itself.</param>
public sealed record ProcessExit(int? Code, int? Signal)
{
    /// <summary>The process is gone, nobody knows how.</summary>
    public static ProcessExit Unknown { get; } = new(null, null);

    /// <summary>For example <c>exit code 3</c> or <c>signal 11 (SIGSEGV)</c>.</summary>
    public override string ToString() => (Code, Signal) switch
    {
        (_, { } signal) => string.Create(CultureInfo.InvariantCulture, $"signal {signal}{NameOf(signal)}"),
        ({ } code, _) => string.Create(CultureInfo.InvariantCulture, $"exit code {code}"),
        _ => "an unknown exit code",
    };

    // Only numbers that Linux and macOS share.
    private static string NameOf(int signal) => signal switch
    {
        1 => " (SIGHUP)",
        2 => " (SIGINT)",
        3 => " (SIGQUIT)",
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        13 => " (SIGPIPE)",
        15 => " (SIGTERM)",
        24 => " (SIGXCPU, its limit of processor time)",
        25 => " (SIGXFSZ, its limit of file size)",
        _ => "",
    };
}
