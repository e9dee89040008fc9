using System.Globalization;
using System.IO.Pipes;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Launching;

/// <summary>
/// A shell that waits for the host's death: its stdin is a pipe only the host holds, and when that ends, by whatever way the
/// host went, it kills the process groups it was told about and whoever carries their markers. It is for providers that do
/// not watch their own stdin, and for what they started.
/// </summary>
/// <remarks>One per host process and in a session of its own, so that a closed terminal does not take it away first.</remarks>
internal sealed class Guard(ILogger logger) : IAsyncDisposable
{
    private const string Shell = "/bin/sh";

    // What every /bin/sh understands (dash's kill knows no "--"). One grep reads all environments; its exit status says nothing,
    // since processes come and go while it reads.
    private const string Script = """
        trap '' HUP INT TERM QUIT
        live=; marks=
        while read -r op id mark; do
          keep=; for x in $live; do [ "$x" = "$id" ] || keep="$keep $x"; done; live=$keep
          keep=; for x in $marks; do [ "$x" = "$mark" ] || keep="$keep $x"; done; marks=$keep
          [ "$op" = + ] && live="$live $id" && marks="$marks $mark"
        done
        exec 2>/dev/null
        for x in $live; do kill -KILL "-$x"; done
        set --; for x in $marks; do set -- "$@" -e "$x"; done
        [ $# -gt 0 ] && [ -r /proc/self/environ ] || exit 0
        for round in 1 2 3; do
          found=$(grep -laF "$@" /proc/[0-9]*/environ)
          [ -n "$found" ] || exit 0
          for f in $found; do f=${f#/proc/}; kill -KILL "${f%/environ}"; done
        done
        """;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _watched = [];
    private AnonymousPipeServerStream? _pipe;
    private int _pid;
    private bool _unavailable;
    private bool _disposed;

    /// <summary>The shell's pid while it runs.</summary>
    public int? Id
    {
        get
        {
            lock (_gate)
            {
                return _pipe is null ? null : _pid;
            }
        }
    }

    public void Watch(int pid, string marker)
    {
        lock (_gate)
        {
            _watched[pid] = marker;
            Tell($"+ {pid} {marker}\n");
        }
    }

    /// <summary>To be called before the pid can be given to another process.</summary>
    public void Forget(int pid)
    {
        lock (_gate)
        {
            if (_watched.Remove(pid, out var marker))
            {
                Tell($"- {pid} {marker}\n");
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
            Stop();
        }

        return ValueTask.CompletedTask;
    }

    private void Tell(string line)
    {
        if (_disposed || _unavailable || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            if (_pipe is null)
            {
                Start();
                return;
            }

            _pipe.Write(System.Text.Encoding.ASCII.GetBytes(line));
        }
        catch (IOException)
        {
            // Somebody killed the guard: another one takes over all that is watched.
            Log.GuardLost(logger, _pid);
            Stop();
            Start();
        }
    }

    private void Start()
    {
        _pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        try
        {
            using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
            var output = (int)nothing.DangerousGetHandle();
            _pid = UnixProviderLauncher.Spawn(
                Shell, ["-c", Script], new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin:/usr/local/bin" },
                (int)_pipe.ClientSafePipeHandle.DangerousGetHandle(), output, output);
            _pipe.DisposeLocalCopyOfClientHandle();
            foreach (var (pid, marker) in _watched)
            {
                _pipe.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"+ {pid} {marker}\n")));
            }
        }
        catch (Exception refused) when (refused is LaunchException or IOException)
        {
            _unavailable = true;
            _pipe.Dispose();
            _pipe = null;
            Log.GuardUnavailable(logger, refused.Message);
        }
    }

    private void Stop()
    {
        if (_pipe is null)
        {
            return;
        }

        _pipe.Dispose();
        _pipe = null;
        var pid = _pid;
        _ = Task.Factory.StartNew(() => UnixProviderProcess.AwaitAndCollect(pid), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
