using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Kolumn.Host.Launching;

/// <summary>Says why a file does not run, from its first bytes and its mode, where the system says only "Exec format error".</summary>
internal static class ExecutableDiagnosis
{
    private static readonly UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A clause about the file, and what to do.</summary>
    public static (string What, string NextStep) Explain(string path, string systemMessage)
    {
        try
        {
            return ExplainFile(path, systemMessage);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return ($"cannot be executed: {systemMessage}", "Make the file readable and executable for this user");
        }
    }

    private static (string What, string NextStep) ExplainFile(string path, string systemMessage)
    {
        if (Directory.Exists(path))
        {
            return ("is a directory", "Name the executable in it");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & AnyExecute) == 0)
        {
            return ("is not executable", $"Run: chmod +x {path}");
        }

        Span<byte> head = stackalloc byte[256];
        using var file = File.OpenHandle(path);
        head = head[..RandomAccess.Read(file, head, 0)];
        if (head.IsEmpty)
        {
            return ("is an empty file", "Install the provider again");
        }

        if (head.StartsWith("#!"u8))
        {
            return ExplainScript(head, systemMessage);
        }

        if (head.StartsWith("\u007fELF"u8) && head.Length > 20)
        {
            return ExplainElf(head, systemMessage);
        }

        return head.StartsWith("MZ"u8) && !OperatingSystem.IsWindows()
            ? ("is a Windows executable", $"Install the provider for {RuntimeInformation.RuntimeIdentifier}")
            : head.StartsWith((ReadOnlySpan<byte>)[0xcf, 0xfa, 0xed, 0xfe]) && !OperatingSystem.IsMacOS()
                ? ("is a macOS executable", $"Install the provider for {RuntimeInformation.RuntimeIdentifier}")
                : ($"is not a program that this system can execute ({systemMessage})", "A script needs a first line such as #!/bin/sh; a program has to be built for this system");
    }

    private static (string What, string NextStep) ExplainScript(ReadOnlySpan<byte> head, string systemMessage)
    {
        var end = head.IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(end < 0 ? head[2..] : head[2..end]);
        var interpreter = line.Trim(' ', '\t').Split(' ', '\t')[0];
        return interpreter.EndsWith('\r')
            ? ("is a script with Windows line ends, which its interpreter's name takes in", "Convert its line ends to LF")
            : File.Exists(interpreter)
                ? ($"is a script that cannot be executed: {systemMessage}", $"Check that {interpreter} runs")
                : ($"is a script whose interpreter {Supervision.TerminalText.Neutralise(interpreter)} does not exist", "Install the interpreter, or correct the script's first line");
    }

    private static (string What, string NextStep) ExplainElf(ReadOnlySpan<byte> head, string systemMessage)
    {
        // e_machine of the ELF header: 62 = x86-64, 183 = AArch64, 3 = x86, 40 = ARM, 243 = RISC-V.
        var machine = head[5] == 2 ? BinaryPrimitives.ReadUInt16BigEndian(head[18..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        var built = machine switch { 62 => "X64", 183 => "Arm64", 3 => "X86", 40 => "Arm", 243 => "RiscV64", _ => $"machine {machine}" };
        var here = RuntimeInformation.OSArchitecture.ToString();
        return !OperatingSystem.IsLinux() || built != here
            ? ($"is built for Linux on {built}, and this system is {RuntimeInformation.RuntimeIdentifier}", "Install the provider for this system")
            : ($"cannot be executed: {systemMessage}", "Its loader may be missing (a program for musl on glibc, or the reverse), or its directory mounted noexec");
    }
}
