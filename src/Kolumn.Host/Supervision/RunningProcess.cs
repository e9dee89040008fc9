using Kolumn.Host.Connection;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Supervision;

/// <summary>Everything that exists because one provider process does, from its private directory to its last byte of output.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMilliseconds(250);

    private readonly PluginHost _host;
    private readonly ScratchDirectory _scratch;
    private readonly HostCertificate? _certificate;
    private readonly ProviderOutput _output;
    private readonly Lock _gate = new();
    private Task<ProcessExit?>? _ending;

    public RunningProcess(
        PluginHost host, ProviderExecutable executable, ProviderProcess process, ScratchDirectory scratch, HostCertificate? certificate, SecretScrubber secrets)
    {
        _host = host;
        _scratch = scratch;
        _certificate = certificate;
        Executable = executable;
        Process = process;
        Handshake = new HandshakeWatch(Name, host.Logger);
        _output = new ProviderOutput(Name, process.StandardOutput, process.StandardError, Handshake, secrets, host.Logger, host.Time);
    }

    public ProviderExecutable Executable { get; }

    public ProviderProcess Process { get; }

    public HandshakeWatch Handshake { get; }

    public HostCertificate? Certificate => _certificate;

    public string SocketDirectory => _scratch.Path;

    public IReadOnlyList<string> ErrorTail => _output.Tail;

    public ProviderOutput Output => _output;

    private string Name => Executable.Requirement.Name;

    /// <summary>The last lines of a process that has just ended may still be in its pipe.</summary>
    public Task SettleAsync() => _output.SettleAsync(SettleLimit);

    /// <summary>
    /// Kills what still runs and removes every trace. Idempotent; later callers wait for the first.
    /// </summary>
    /// <returns>How the process ended, when it ended before it was killed.</returns>
    public Task<ProcessExit?> EndAsync(TimeSpan killLimit)
    {
        lock (_gate)
        {
            return _ending ??= EndOnceAsync(killLimit);
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_host.Options.StopTimeout);

    private async Task<ProcessExit?> EndOnceAsync(TimeSpan killLimit)
    {
        await Task.Yield();
        var exit = Process.Exited.IsCompleted ? await Process.Exited : null;
        var survivors = await Process.KillTreeAsync(killLimit);
        if (survivors.Count > 0)
        {
            Log.Survivors(_host.Logger, Name, string.Join(", ", survivors));
        }

        await _output.SettleAsync(SettleLimit);
        await _output.DisposeAsync();
        _host.Guard.Forget(Process.Id);
        await Process.DisposeAsync();
        _scratch.Dispose();
        _certificate?.Dispose();
        Log.Stopped(_host.Logger, Name, exit?.ToString() ?? "killed");
        return exit;
    }
}
