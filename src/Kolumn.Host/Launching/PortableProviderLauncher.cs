using System.ComponentModel;
using System.Diagnostics;

namespace Kolumn.Host.Launching;

/// <summary>
/// Starts a provider with what .NET offers on every system; for Windows, where <see cref="UnixProviderLauncher"/> does not run.
/// The tree it can kill is what the system still knows as descendants: a process whose parent is gone escapes it.
/// </summary>
public sealed class PortableProviderLauncher : IProviderLauncher
{
    public ProviderProcess Launch(LaunchRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var start = new ProcessStartInfo(request.Path)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in request.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new PortableProviderProcess(Process.Start(start)!);
        }
        catch (Win32Exception refused)
        {
            throw new LaunchException(refused.NativeErrorCode, refused.Message);
        }
    }

    private sealed class PortableProviderProcess : ProviderProcess
    {
        private readonly Process _process;

        public PortableProviderProcess(Process process)
        {
            _process = process;
            Id = process.Id;
            Exited = AwaitExitAsync();
        }

        public override int Id { get; }

        public override Stream StandardInput => _process.StandardInput.BaseStream;

        public override Stream StandardOutput => _process.StandardOutput.BaseStream;

        public override Stream StandardError => _process.StandardError.BaseStream;

        public override Task<ProcessExit> Exited { get; }

        // Windows has no such request to a process without a window; the end of its stdin has been it.
        public override void Terminate()
        {
        }

        public override async Task<IReadOnlyList<string>> KillTreeAsync(TimeSpan limit)
        {
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
            {
                // It has ended already, or a descendant refuses: whether it is gone is seen below.
            }

            using var timeout = new CancellationTokenSource(limit);
            await Task.WhenAny(Exited, Task.Delay(Timeout.Infinite, timeout.Token));
            return Exited.IsCompleted ? [] : [$"{Id} (the provider itself)"];
        }

        public override async ValueTask DisposeAsync()
        {
            await StandardInput.DisposeAsync();
            _process.Dispose();
        }

        private async Task<ProcessExit> AwaitExitAsync()
        {
            await _process.WaitForExitAsync(CancellationToken.None);
            return new ProcessExit(_process.ExitCode, null);
        }
    }
}
