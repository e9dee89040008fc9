using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using Kolumn.Host.Connection;
using Kolumn.Host.Launching;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Wire;
using Kolumn.Protocol.Wire.Plugin;

namespace Kolumn.Host.Supervision;

/// <summary>
/// One process that serves, from its first call to its end. It ends exactly once: by <see cref="StopAsync"/>, by a crash, or
/// because a call took too long. Calls that run at that moment fail with the one reason; later ones with
/// <see cref="PluginFailure.ProviderStopped"/>.
/// </summary>
internal sealed class ProviderSession : IAsyncDisposable
{
    private static readonly TimeSpan CrashNotice = TimeSpan.FromSeconds(1);

    private readonly PluginHost _host;
    private readonly RunningProcess _running;
    private readonly ProviderChannel _channel;
    private readonly SecretScrubber _secrets;
    private readonly Provider.ProviderClient _client;
    private readonly ProviderOutbox.ProviderOutboxClient _outbox;
    private readonly GRPCController.GRPCControllerClient _controller;
    private readonly ProviderStreams _streams;
    private readonly ConcurrentDictionary<string, string> _inFlight = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<CrashReport?> _crash = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task<Envelope>? _stopping;

    public ProviderSession(PluginHost host, RunningProcess running, ProviderChannel channel, SecretScrubber secrets)
    {
        _host = host;
        _running = running;
        _channel = channel;
        _secrets = secrets;
        var invoker = channel.Channel.CreateCallInvoker();
        _client = new Provider.ProviderClient(invoker);
        _outbox = new ProviderOutbox.ProviderOutboxClient(invoker);
        _controller = new GRPCController.GRPCControllerClient(invoker);
        _streams = new ProviderStreams(Name, invoker, running.Output, e => EventReceived?.Invoke(e), host.Logger);
        _ = WatchAsync();
    }

    /// <summary>Raised in the order of the provider's sending.</summary>
    public Action<ProviderEvent>? EventReceived { get; set; }

    public int ProcessId => _running.Process.Id;

    /// <summary>Whether calls are still taken.</summary>
    public bool IsAlive
    {
        get
        {
            lock (_gate)
            {
                return _stopping is null && !_running.Process.Exited.IsCompleted;
            }
        }
    }

    private string Name => _running.Executable.Requirement.Name;

    public Task<ConfigureResponse> ConfigureAsync(ConfigureRequest request, string operationId, CancellationToken cancellationToken) => CallAsync(
        new Call(PluginPhase.Configure, "Configure", _host.Options.ConfigureTimeout, IsRead: true, operationId),
        options => _client.ConfigureAsync(request, options),
        cancellationToken);

    public Task<SchemaResponse> SchemaAsync(string operationId, CancellationToken cancellationToken) => CallAsync(
        new Call(PluginPhase.Schema, "Schema", _host.Options.SchemaTimeout, IsRead: true, operationId),
        options => _client.SchemaAsync(new SchemaRequest(), options),
        cancellationToken);

    public Task<CallFunctionResponse> CallFunctionAsync(CallFunctionRequest request, string operationId, CancellationToken cancellationToken)
    {
        var isRead = FunctionEffects.IsRead(request.Function);
        var limit = isRead ? _host.Options.ReadTimeout : _host.Options.ChangeTimeout;
        return CallAsync(
            new Call(PluginPhase.Call, request.Function, limit, isRead, operationId),
            options => _client.CallFunctionAsync(request, options),
            cancellationToken);
    }

    /// <summary>
    /// Counts as a read although it settles: whoever relays an outbox is prepared for events that come again, so that an
    /// interrupted exchange is no unknown outcome. It is not repeated by itself all the same.
    /// </summary>
    public Task<ExchangeResponse> ExchangeAsync(ExchangeRequest request, string operationId, CancellationToken cancellationToken) => CallAsync(
        new Call(PluginPhase.Call, "Exchange", _host.Options.ReadTimeout, IsRead: true, operationId),
        options => _outbox.ExchangeAsync(request, options),
        cancellationToken);

    /// <summary>A further connection to the process (<see cref="ProviderChannel.Beside"/>); whoever asks for it disposes it.</summary>
    public ProviderChannel ConnectBeside(Func<Stream, Stream>? through) => _channel.Beside(through);

    /// <summary>The method alone; the process goes on. <see cref="StopAsync"/> calls it by itself.</summary>
    public Task<CloseResponse> CloseAsync(string operationId, CancellationToken cancellationToken) => CallAsync(
        new Call(PluginPhase.Close, "Close", _host.Options.StopTimeout, IsRead: true, operationId),
        options => _client.CloseAsync(new CloseRequest(), options),
        cancellationToken);

    /// <summary>Ends the process within <see cref="HostOptions.StopTimeout"/>, whatever it does (<see cref="StopSequence"/>). Idempotent.</summary>
    /// <returns>What Close answered.</returns>
    public Task<Envelope> StopAsync()
    {
        lock (_gate)
        {
            return _stopping ??= Task.Run(StopOnceAsync);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>A failure of this provider in the words of all others.</summary>
    public PluginException Fail(
        PluginFailure reason, PluginPhase phase, string? function, string what, string nextStep, string? operationId = null, ProcessExit? exit = null, Exception? cause = null,
        IReadOnlyList<string>? standardError = null) => new(
        new PluginFailureReport
        {
            Reason = reason,
            Phase = phase,
            Provider = Name,
            Path = _running.Executable.Path,
            Function = function,
            What = _secrets.Scrub(TerminalText.Neutralise(what)),
            NextStep = nextStep,
            OperationId = operationId,
            Exit = exit,
            StandardError = standardError ?? _running.ErrorTail,
        },
        cause);

    private async Task<TResponse> CallAsync<TResponse>(Call call, Func<CallOptions, AsyncUnaryCall<TResponse>> start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsAlive)
        {
            throw await EndedAsync(call, null);
        }

        using var limit = new CancellationTokenSource(call.Limit, _host.Time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken, _ended.Token);
        _inFlight[call.OperationId] = call.Name;
        using var span = HostTelemetry.Call(Name, call.Phase == PluginPhase.Call ? "CallFunction" : call.Name, call.Name, call.OperationId);
        var begun = _host.Time.GetTimestamp();
        Exception? why = null;
        try
        {
            using var running = start(new CallOptions(HostTelemetry.Continue(new Metadata { { "kolumn-request-id", call.OperationId } }), cancellationToken: any.Token));
            return await running.ResponseAsync;
        }
        catch (Exception failure) when (failure is RpcException or ObjectDisposedException)
        {
            throw why = await TranslateAsync(call, failure, limit, cancellationToken);
        }
        finally
        {
            _inFlight.TryRemove(call.OperationId, out _);
            HostTelemetry.Ended(span, Name, call.Name, _host.Time.GetElapsedTime(begun), why);
        }
    }

    private async Task<Exception> TranslateAsync(Call call, Exception failure, CancellationTokenSource limit, CancellationToken cancellationToken)
    {
        var rpc = failure as RpcException;
        if (rpc is not null && CallFailure.KindOf(rpc) != CallFailureKind.Transport)
        {
            var (reason, what, nextStep) = CallFailure.Describe(rpc, call.Name, _host.Options.MaxMessageBytes);

            // An answer's text is the provider's and is scrubbed in the message; the exception itself would carry it unscrubbed.
            return Fail(reason, call.Phase, call.Name, what, nextStep, cause: CallFailure.KindOf(rpc) == CallFailureKind.Answered ? null : failure);
        }

        if (_ended.IsCancellationRequested)
        {
            return await EndedAsync(call, failure);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return call.IsRead ? new OperationCanceledException(cancellationToken) : OutcomeUnknown(call, "it was cancelled", null, failure);
        }

        if (limit.IsCancellationRequested)
        {
            // The cancellation has been sent. Whether the provider heeds it cannot be seen from here, so that only the end of
            // the process makes sure that nothing goes on behind the back of whoever tries again.
            _host.Crashes.Record(_running.Executable.Path);
            await StopAsync();
            var what = string.Create(CultureInfo.InvariantCulture, $"{call.Name} took longer than its limit of {call.Limit.TotalSeconds:0.###} s; the process was stopped");
            return call.IsRead
                ? Fail(PluginFailure.DeadlineExceeded, call.Phase, call.Name, what, "If it needs that long, raise the limit", cause: failure)
                : OutcomeUnknown(call, what, null, failure);
        }

        // The connection broke. Mostly that is the first sign of a crash.
        await Task.WhenAny(_crash.Task, Task.Delay(CrashNotice, _host.Time, CancellationToken.None));
        if (_ended.IsCancellationRequested || _crash.Task.IsCompleted)
        {
            return await EndedAsync(call, failure);
        }

        await StopAsync();
        var lost = $"the connection broke during {call.Name} while its process {ProcessId} went on; it was stopped: {rpc?.Status.Detail ?? failure.Message}";
        return call.IsRead
            ? Fail(PluginFailure.ConnectionLost, call.Phase, call.Name, lost, "Try again; if it happens again, report it to the provider's author", cause: failure)
            : OutcomeUnknown(call, lost, null, failure);
    }

    private async Task<PluginException> EndedAsync(Call call, Exception? failure)
    {
        var crash = _running.Process.Exited.IsCompleted || _crash.Task.IsCompleted ? await _crash.Task : null;
        if (crash is null)
        {
            return failure is null || call.IsRead
                ? Fail(PluginFailure.ProviderStopped, call.Phase, call.Name, $"{call.Name} was not done: the provider was stopped", "Start it again", cause: failure)
                : OutcomeUnknown(call, "the provider was stopped", null, failure);
        }

        return failure is null || call.IsRead
            ? Fail(PluginFailure.Crashed, call.Phase, call.Name, crash.What, "This is a defect of the provider: report it with these lines to its author", null, crash.Exit, failure, crash.StandardError)
            : OutcomeUnknown(call, crash.What, crash, failure);
    }

    private PluginException OutcomeUnknown(Call call, string why, CrashReport? crash, Exception? failure) => Fail(
        PluginFailure.OutcomeUnknown,
        call.Phase,
        call.Name,
        $"{call.Name} (operation {call.OperationId}) ended without an answer, {why}: what it was to change may be changed, partly or wholly",
        "It is not sent again. Run plan: it reads what exists and shows what is still to be done",
        call.OperationId,
        crash?.Exit,
        failure,
        crash?.StandardError);

    /// <summary>Turns the end of the process into the one crash report, unless somebody asked for the end.</summary>
    private async Task WatchAsync()
    {
        var exit = await _running.Process.Exited;
        lock (_gate)
        {
            if (_stopping is not null)
            {
                return;
            }

            _stopping = Task.FromResult(Envelope.Ok);
        }

        var inFlight = _inFlight.Values.Order(StringComparer.Ordinal).ToList();
        await _running.SettleAsync();
        var report = new CrashReport(ProcessId, exit, inFlight, _running.ErrorTail);
        _host.Crashes.Record(_running.Executable.Path);
        Log.Crashed(_host.Logger, Name, report.ToString());
        HostTelemetry.Crashed(Name);
        try
        {
            await ReleaseAsync(_host.Options.StopTimeout);
        }
        finally
        {
            _crash.SetResult(report);
            await _ended.CancelAsync();
        }
    }

    private async Task<Envelope> StopOnceAsync()
    {
        try
        {
            return await new StopSequence(_host, _running, _client, _controller).RunAsync(ReleaseAsync);
        }
        finally
        {
            _crash.TrySetResult(null);
            await _ended.CancelAsync();
        }
    }

    private async Task ReleaseAsync(TimeSpan killLimit)
    {
        await _running.EndAsync(killLimit);
        await _streams.DisposeAsync();
        _channel.Dispose();
    }

    private sealed record Call(PluginPhase Phase, string Name, TimeSpan Limit, bool IsRead, string OperationId);
}
