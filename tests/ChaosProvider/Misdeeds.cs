using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Grpc.Core;

namespace Kolumn.ChaosProvider;

/// <summary>The ways in which a program can misbehave, one method each.</summary>
internal static partial class Misdeeds
{
    private static volatile bool _isFlooding;

    /// <summary>Whether a pipe is still being filled.</summary>
    public static bool IsFlooding
    {
        get => _isFlooding;
        set => _isFlooding = value;
    }

    public static void Signal(int signal)
    {
        _ = Kill(Environment.ProcessId, signal);

        // A signal may be delivered to another thread, a moment later.
        Thread.Sleep(Timeout.Infinite);
    }

    public static void OverflowStack() => Console.Error.WriteLine(Descend(1));

    /// <summary>A process that leaves session and group, loses its parent and keeps both outputs open.</summary>
    /// <param name="pidFile">Where it writes its pid.</param>
    public static void StartDaemon(string pidFile)
    {
        var script = $"setsid sh -c 'echo $$ > \"{pidFile}.new\"; mv \"{pidFile}.new\" \"{pidFile}\"; exec sleep 600' &";
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]))!;
        while (!File.Exists(pidFile))
        {
            Thread.Yield();
        }
    }

    public static void IgnoreTermination() => Kept.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true));

    /// <summary>One line without an end, of bytes that are neither UTF-8 nor harmless for a terminal.</summary>
    public static void Flood(Stream output, long bytes)
    {
        var chunk = new byte[64 * 1024];
        chunk.AsSpan().Fill(0xff);
        chunk[0] = 0x1b;
        for (var written = 0L; written < bytes; written += chunk.Length)
        {
            output.Write(chunk);
        }
    }

    public static void FloodLines(Stream output, long bytes)
    {
        var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\u001b[31mred alert\u001b[0m\n", 3000)));
        for (var written = 0L; written < bytes; written += chunk.Length)
        {
            output.Write(chunk);
        }
    }

    /// <summary>Lines that pretend to be log events and are not; then one that is.</summary>
    public static void WritePoison(TextWriter error)
    {
        error.WriteLine("{\"@message\":1}");
        error.WriteLine("{\"@level\":null,\"@message\":\"null level\"}");
        error.WriteLine("{\"@level\":\"info\",\"@level\":\"warn\",\"@message\":\"twice\"}");
        error.WriteLine(string.Concat(Enumerable.Repeat("{\"a\":", 2000)) + "1" + new string('}', 2000));
        error.WriteLine("{\"@level\":\"info\",\"@message\":\"\\ud800\"}");
        error.WriteLine("{\"@level\":\"info\",\"@message\":\"unfinished");
        error.WriteLine("[1,2,3]");
        error.WriteLine("{\"@level\":\"warn\",\"@message\":\"hclog speaks\",\"@timestamp\":\"2026-01-01T00:00:00Z\",\"rows\":7}");
        error.WriteLine("{\"@t\":\"2026-01-01T00:00:00Z\",\"@m\":\"compact speaks\",\"@l\":\"Error\",\"Table\":\"users\"}");
        error.Flush();
    }

    public static async Task ActAsync(string action, CancellationToken cancellationToken)
    {
        var (verb, argument) = action.Split(':', 2) is [var first, var second] ? (first, second) : (action, "0");
        switch (verb)
        {
            case "exit":
                await Console.Error.WriteLineAsync("last words before the end");
                Environment.Exit(int.Parse(argument, CultureInfo.InvariantCulture));
                break;
            case "signal":
                Signal(int.Parse(argument, CultureInfo.InvariantCulture));
                break;
            case "stack":
                OverflowStack();
                break;
            case "hang":
                // Deaf to the cancellation, too.
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "wait":
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case "freeze":
                Signal(19);
                break;
            case "pause":
                // Answers once somebody has let it go on.
                _ = Kill(Environment.ProcessId, 19);
                break;
            case "memory":
                Greed.TakeMemory();
                break;
            case "descriptors":
                Refused(Greed.TakeDescriptors);
                break;
            case "temporary":
                Refused(Greed.FillTemporaryFolder);
                break;
            case "processes":
                Greed.TakeProcesses(100, argument);
                break;
        }
    }

    private static void Refused(Action act)
    {
        try
        {
            act();
        }
        catch (IOException refused)
        {
            throw new RpcException(new Status(StatusCode.Internal, refused.Message));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Descend(int depth) => depth + Descend(depth + 1);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    private static readonly List<IDisposable> Kept = [];
}
