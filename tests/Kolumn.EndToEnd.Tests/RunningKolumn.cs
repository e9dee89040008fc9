using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Kolumn.EndToEnd.Tests;

/// <summary>A <c>kolumn</c> that is still running: what it has said so far can be waited for, and signals can be sent to it.</summary>
internal sealed partial class RunningKolumn : IAsyncDisposable
{
    private const int Interrupt = Kolumn.Testing.Signals.Interrupt;
    private const int Killed = 9;
    private const int Stop = 19;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunningKolumn(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>After each line of output or errors.</summary>
    public event Action? Heard;

    /// <summary>Output and errors so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public async Task SaysAsync(string text, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            Task more;
            lock (_said)
            {
                more = _more.Task;
            }

            if (Said.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            _process.HasExited.ShouldBeFalse($"It ended without saying \"{text}\":\n{Said}");
            await more.WaitAsync(limit.Token);
        }
    }

    /// <summary>Ctrl-C.</summary>
    public void InterruptIt() => Kill(_process.Id, Interrupt).ShouldBe(0);

    /// <summary>Somebody who has ended meanwhile is not there any more, and that is all right.</summary>
    public static void KillProcess(int pid) => _ = Kill(pid, Killed);

    /// <summary>Stops its providers, as a debugger does: they hear nothing any more.</summary>
    public void FreezeProviders()
    {
        foreach (var provider in Providers())
        {
            _ = Kill(provider, Stop);
        }
    }

    /// <summary>As a crash does: nothing of it hears anything any more. Its providers notice by their lifeline.</summary>
    public void KillIt() => Kill(_process.Id, Killed).ShouldBe(0);

    public void KillProviders()
    {
        foreach (var provider in Providers())
        {
            _ = Kill(provider, Killed);
        }
    }

    public async Task<int> ExitCodeAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    public IReadOnlyList<int> Providers() => [.. Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0 && IsProvider(pid))];

    public static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>By name, which the system cuts after fifteen letters, and parent: the guard is a child as well.</summary>
    private bool IsProvider(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text.Contains("(kolumn-provider)", StringComparison.Ordinal)
                && int.Parse(text[(text.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture) == _process.Id;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Add(string? line)
    {
        lock (_said)
        {
            _said.Append(line).Append('\n');
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Heard?.Invoke();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
