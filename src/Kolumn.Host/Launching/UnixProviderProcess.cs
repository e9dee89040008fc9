using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace Kolumn.Host.Launching;

/// <summary>
/// A child made by posix_spawn. Its end is awaited with WNOWAIT: until <see cref="DisposeAsync"/> it stays a zombie, which keeps
/// its pid, its group and its session from being given to anybody else.
/// </summary>
internal sealed class UnixProviderProcess : ProviderProcess
{
    private readonly TaskCompletionSource<ProcessExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProcessTree _tree;
    private readonly AnonymousPipeServerStream _input;
    private readonly AnonymousPipeServerStream _output;
    private readonly AnonymousPipeServerStream _error;
    private int _disposed;

    public UnixProviderProcess(
        int id, string marker, AnonymousPipeServerStream input, AnonymousPipeServerStream output, AnonymousPipeServerStream error)
    {
        Id = id;
        _tree = new ProcessTree(id, marker);
        _input = input;
        _output = output;
        _error = error;

        // One small thread per provider: there is no asynchronous wait for a child that leaves its status uncollected.
        new Thread(AwaitExit, maxStackSize: 256 * 1024) { IsBackground = true, Name = $"exit of {id}" }.Start();
    }

    public override int Id { get; }

    public override Stream StandardInput => _input;

    public override Stream StandardOutput => _output;

    public override Stream StandardError => _error;

    public override Task<ProcessExit> Exited => _exited.Task;

    public override void Terminate()
    {
        if (Volatile.Read(ref _disposed) == 0)
        {
            _ = Libc.Kill(-Id, Libc.SignalTerminate);
            // A stopped process gets its signals once it continues.
            _ = Libc.Kill(-Id, Libc.SignalContinue);
        }
    }

    public override async Task<IReadOnlyList<string>> KillTreeAsync(TimeSpan limit)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return [];
        }

        // The descendants first: they are found through a leader that still exists, as a zombie at least.
        using var timeout = new CancellationTokenSource(limit);
        _ = Libc.Kill(-Id, Libc.SignalKill);
        _ = Libc.Kill(Id, Libc.SignalKill);
        var survivors = await _tree.KillAsync(timeout.Token);
        await Task.WhenAny(Exited, Task.Delay(Timeout.Infinite, timeout.Token));
        return Exited.IsCompleted ? survivors : [.. survivors, $"{Id} (the provider itself)"];
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _input.DisposeAsync();
        await _output.DisposeAsync();
        await _error.DisposeAsync();

        // Not awaited when even SIGKILL has not ended it yet (uninterruptible sleep): it is collected when it does end.
        var collected = Exited.ContinueWith(_ => Collect(Id), TaskContinuationOptions.ExecuteSynchronously);
        if (Exited.IsCompleted)
        {
            await collected;
        }
    }

    private static unsafe void Collect(int id)
    {
        var info = stackalloc byte[Libc.OpaqueSize];
        _ = Libc.WaitId(Libc.WaitForPid, id, info, Libc.WaitExited | Libc.WaitNoHang);
    }

    /// <summary>Blocks until a child has ended and collects it; for a child nobody else asks about.</summary>
    internal static unsafe void AwaitAndCollect(int id)
    {
        var info = stackalloc byte[Libc.OpaqueSize];
        while (Libc.WaitId(Libc.WaitForPid, id, info, Libc.WaitExited) != 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
        {
        }
    }

    private unsafe void AwaitExit()
    {
        var info = stackalloc byte[Libc.OpaqueSize];
        int result;
        do
        {
            result = Libc.WaitId(Libc.WaitForPid, Id, info, Libc.WaitExited | Libc.WaitNoReap);
        }
        while (result != 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);

        _exited.SetResult(result == 0 ? ReadExit(new ReadOnlySpan<byte>(info, 64)) : ProcessExit.Unknown);
    }

    /// <summary>siginfo_t of waitid(2): si_code is the third int; si_status the seventh on Linux, the sixth on macOS.</summary>
    private static ProcessExit ReadExit(ReadOnlySpan<byte> info)
    {
        const int ExitedByItself = 1;
        var fields = MemoryMarshal.Cast<byte, int>(info);
        var status = fields[OperatingSystem.IsMacOS() ? 5 : 6];
        return fields[2] == ExitedByItself ? new ProcessExit(status, null) : new ProcessExit(null, status);
    }
}
