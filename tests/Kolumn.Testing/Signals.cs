using System.Globalization;

namespace Kolumn.Testing;

/// <summary>What this process and its children do with signals.</summary>
public static class Signals
{
    public const int Interrupt = 2;

    /// <summary>Skips the test where Ctrl-C reaches nobody: a shell started with "&amp;" ignores it for all that come from it.</summary>
    public static void RequireInterrupts()
    {
        Xunit.Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent and processes are read as Linux does it.");
        var ignored = File.ReadLines("/proc/self/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        var mask = ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Xunit.Assert.SkipWhen((mask & (1UL << (Interrupt - 1))) != 0, "Whoever started the tests ignores Ctrl-C, and so do their children.");
    }
}
