using System.Text.Json;
using Grpc.Core;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Wire;
using Kolumn.Protocol.Wire.Plugin;

namespace Kolumn.Host.Supervision;

/// <summary>
/// Ends a provider within <see cref="HostOptions.StopTimeout"/>, politely as long as it listens:
/// 1. Close;
/// 2. Shutdown;
/// 3. the end of its stdin;
/// 4. a grace;
/// 5. SIGTERM, and a shorter grace;
/// 6. SIGKILL for all that is left of its tree.
/// </summary>
internal sealed class StopSequence(
    PluginHost host, RunningProcess running, Provider.ProviderClient client, GRPCController.GRPCControllerClient controller)
{
    // Shares of the budget: together they are all of it.
    private const double CloseShare = 0.4;
    private const double ShutdownShare = 0.1;
    private const double GraceShare = 0.2;
    private const double TerminateShare = 0.1;
    private const double KillShare = 0.2;

    private readonly List<string> _warnings = [];

    private string Name => running.Executable.Requirement.Name;

    /// <param name="release">Kills what is left within the given time and lets go of everything.</param>
    /// <returns>What Close answered, with what went wrong on the way as warnings.</returns>
    public async Task<Envelope> RunAsync(Func<TimeSpan, Task> release)
    {
        var budget = host.Options.StopTimeout;
        var answer = Envelope.Ok;

        // 1.
        await AskAsync("Close", budget * CloseShare, async token =>
        {
            var response = await client.CloseAsync(new CloseRequest(), HostTelemetry.Continue([]), cancellationToken: token);
            answer = response.Result.IsEmpty ? Envelope.Ok : PayloadJson.Read<Envelope>(response.Result.Span);
        });

        // 2.
        await AskAsync("Shutdown", budget * ShutdownShare, async token => await controller.ShutdownAsync(new Empty(), cancellationToken: token));

        // 3.
        await running.Process.StandardInput.DisposeAsync();

        // 4.
        if (!await HasExitedAsync(budget * GraceShare))
        {
            // 5.
            running.Process.Terminate();
            if (!await HasExitedAsync(budget * TerminateShare))
            {
                _warnings.Add("the provider did not stop when it was asked to and was killed");
            }
        }

        // 6.
        await release(budget * KillShare);
        return _warnings.Count == 0 ? answer : answer with { Warnings = [.. answer.Warnings ?? [], .. _warnings] };
    }

    private async Task AskAsync(string step, TimeSpan limit, Func<CancellationToken, Task> ask)
    {
        if (running.Process.Exited.IsCompleted)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(limit, host.Time);
        try
        {
            await ask(timeout.Token);
        }
        catch (Exception failure) when (failure is RpcException or ObjectDisposedException or JsonException)
        {
            // A provider without the controller service, or one that is gone before its answer is: the next steps do it.
            if (timeout.IsCancellationRequested)
            {
                Log.StopStepFailed(host.Logger, Name, step, (long)limit.TotalMilliseconds);
                _warnings.Add($"{step} was not answered within {limit.TotalMilliseconds:0} ms");
            }
        }
    }

    private async Task<bool> HasExitedAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, host.Time);
        try
        {
            await running.Process.Exited.WaitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
