using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Kolumn.Host.Connection;
using Kolumn.Host.Discovery;
using Kolumn.Host.Supervision;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Protocol.Wire;

namespace Kolumn.Host;

/// <summary>
/// A provider in a process of its own. After a crash the next call starts it again, with the same configuration, as long as the
/// crash budget lasts; a read that the crash interrupted is sent once more, a call that may have changed something never is
/// (<see cref="PluginFailure.OutcomeUnknown"/>).
/// </summary>
/// <remarks>Every configuration has its own process, so that no two ever share one. Safe for concurrent use.</remarks>
public sealed class PluginProvider : IProvider, IProviderEventSource, IOutboxSource
{
    private readonly PluginHost _host;
    private readonly ProviderExecutable _executable;
    private readonly SecretScrubber _secrets = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private ProviderSession? _session;
    private JsonObject? _config;
    private ProviderSchema? _schema;
    private Task<Envelope>? _closed;

    internal PluginProvider(PluginHost host, ProviderExecutable executable)
    {
        _host = host;
        _executable = executable;
    }

    public event Action<ProviderEvent>? EventReceived;

    public ProviderExecutable Executable => _executable;

    /// <summary>The pid of the process that serves now; null between a crash and the next call, and after the end.</summary>
    public int? ProcessId => _session is { IsAlive: true } session ? session.ProcessId : null;

    public async Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken)
    {
        _secrets.Learn(config, _schema?.ConfigSchema);
        var session = await SessionAsync(isConfigured: false, cancellationToken);
        var answer = await ConfigureAsync(session, config, cancellationToken);
        if (answer.Success)
        {
            _config = (JsonObject)config.DeepClone();
        }

        return answer;
    }

    /// <exception cref="PluginException">
    /// Among others <see cref="PluginFailure.VersionMismatch"/>: it is not of a version that the requirement admits;
    /// <see cref="PluginFailure.ProtocolMismatch"/>: its schema is of a protocol that is not spoken here.
    /// </exception>
    public async Task<ProviderSchema> SchemaAsync(CancellationToken cancellationToken)
    {
        var schema = await RepeatOnceAsync(async (session, token) =>
        {
            var response = await session.SchemaAsync(NewOperationId(), token);
            return Read<ProviderSchema>(session, PluginPhase.Schema, "Schema", response.Schema);
        }, cancellationToken);
        if (!ProtocolVersions.Spoken.Contains(schema.ProtocolVersion))
        {
            throw Fail(
                PluginFailure.ProtocolMismatch,
                PluginPhase.Schema,
                $"describes itself by provider protocol {schema.ProtocolVersion.ToString(CultureInfo.InvariantCulture)}, where this host speaks {ProtocolVersions.Offer(ProtocolVersions.Spoken)}",
                "Install a version of the provider, or of Kolumn, that shares a protocol with the other");
        }

        if (_executable.Requirement.Version is { } constraint && !constraint.Admits(schema.Version))
        {
            throw Fail(
                PluginFailure.VersionMismatch,
                PluginPhase.Schema,
                $"is version {TerminalText.Neutralise(schema.Version)}, which \"{constraint}\" does not admit",
                "Install a version that it admits, or change version in the configuration");
        }

        _schema = schema;
        if (_config is { } config)
        {
            _secrets.Learn(config, schema.ConfigSchema);
        }

        return schema;
    }

    public async Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var request = new CallFunctionRequest { Function = function, Input = UnsafeByteOperations.UnsafeWrap(input) };
        if (FunctionEffects.IsRead(function))
        {
            return await RepeatOnceAsync((session, token) => CallAsync(session, request, token), cancellationToken);
        }

        return await CallAsync(await SessionAsync(isConfigured: true, cancellationToken), request, cancellationToken);
    }

    public async Task<OutboxExchangeResponse> ExchangeAsync(OutboxExchangeRequest request, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(isConfigured: true, cancellationToken);
        var wire = new ExchangeRequest { Request = UnsafeByteOperations.UnsafeWrap(PayloadJson.Write(request)) };
        var response = await session.ExchangeAsync(wire, NewOperationId(), cancellationToken);
        return Read<OutboxExchangeResponse>(session, PluginPhase.Call, "Exchange", response.Response);
    }

    /// <summary>Ends the process within <see cref="HostOptions.StopTimeout"/>. The token is not needed to bound it.</summary>
    public Task<Envelope> CloseAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return (_closed ??= CloseOnceAsync()).WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync(CancellationToken.None);

    internal async Task StartAsync(CancellationToken cancellationToken) => await SessionAsync(isConfigured: false, cancellationToken);

    private static async Task<ReadOnlyMemory<byte>> CallAsync(ProviderSession session, CallFunctionRequest request, CancellationToken cancellationToken)
    {
        var response = await session.CallFunctionAsync(request, NewOperationId(), cancellationToken);
        return AnswerCheck.FaultOf(response.Output.Span) is { } fault
            ? throw Violation(session, PluginPhase.Call, request.Function, response.Output.Length, fault, null)
            : response.Output.Memory;
    }

    private async Task<T> RepeatOnceAsync<T>(Func<ProviderSession, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(isConfigured: true, cancellationToken);
        try
        {
            return await call(session, cancellationToken);
        }
        catch (PluginException interrupted) when (interrupted.Reason is PluginFailure.Crashed or PluginFailure.ConnectionLost)
        {
            try
            {
                return await call(await SessionAsync(isConfigured: true, cancellationToken), cancellationToken);
            }
            catch (PluginException loop) when (loop.Reason == PluginFailure.CrashLoop)
            {
                // That nothing is tried any more is less than why.
                throw new PluginException(loop.Report with { Function = interrupted.Function, Exit = interrupted.Exit, StandardError = interrupted.StandardError }, interrupted);
            }
        }
    }

    /// <summary>The session that serves, or a fresh one: configured as the last one was, if it was.</summary>
    private async Task<ProviderSession> SessionAsync(bool isConfigured, CancellationToken cancellationToken)
    {
        if (_closed is null && _session is { IsAlive: true } serving)
        {
            return serving;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await _turn.WaitAsync(either.Token);
            try
            {
                return _session is { IsAlive: true } session ? session : _session = await StartSessionAsync(isConfigured, either.Token);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            throw Fail(PluginFailure.ProviderStopped, PluginPhase.Close, "was closed", "Start it again");
        }
    }

    private async Task<ProviderSession> StartSessionAsync(bool isConfigured, CancellationToken cancellationToken)
    {
        var path = _executable.Path;
        if (_host.Crashes.IsSpent(path))
        {
            throw Fail(
                PluginFailure.CrashLoop,
                PluginPhase.Launch,
                $"ended by itself {_host.Options.CrashLimit} times within {_host.Options.CrashWindow.TotalMinutes:0.#} minutes and is not started again",
                "Its log says why it ended; report it to its author, or install another version");
        }

        await Task.Delay(_host.Crashes.Pause(path), _host.Time, cancellationToken);
        _host.SweepOnce();
        var session = await StartCountedAsync(path, cancellationToken);
        session.EventReceived = e => EventReceived?.Invoke(e);
        if (isConfigured && _config is { } config)
        {
            await ConfigureAgainAsync(session, config, cancellationToken);
        }

        return session;
    }

    private async Task<ProviderSession> StartCountedAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await new ProviderStart(_host, _executable, _secrets).RunAsync(cancellationToken);
        }
        catch (PluginException failure) when (failure.Reason is PluginFailure.ExitedEarly or PluginFailure.StartTimeout)
        {
            _host.Crashes.Record(path);
            throw;
        }
    }

    private async Task ConfigureAgainAsync(ProviderSession session, JsonObject config, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ConfigureAsync(session, config, cancellationToken);
            if (!answer.Success)
            {
                throw session.Fail(
                    PluginFailure.Crashed,
                    PluginPhase.Configure,
                    "Configure",
                    $"crashed, was started again and refused its configuration: {answer.Error}",
                    "See whether what it connects to is there");
            }

            Log.Restarted(_host.Logger, _executable.Requirement.Name);
        }
        catch
        {
            await session.StopAsync();
            throw;
        }
    }

    private static async Task<Envelope> ConfigureAsync(ProviderSession session, JsonObject config, CancellationToken cancellationToken)
    {
        var request = new ConfigureRequest { Config = UnsafeByteOperations.UnsafeWrap(PayloadJson.Write(config)) };
        var response = await session.ConfigureAsync(request, NewOperationId(), cancellationToken);
        return Read<Envelope>(session, PluginPhase.Configure, "Configure", response.Result);
    }

    private async Task<Envelope> CloseOnceAsync()
    {
        // A start that is under way is cancelled, takes its process with it and lets go of the turn.
        await _closing.CancelAsync();
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            return _session is { } session ? await session.StopAsync() : Envelope.Ok;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static T Read<T>(ProviderSession session, PluginPhase phase, string function, ByteString json)
    {
        try
        {
            return PayloadJson.Read<T>(json.Span);
        }
        catch (JsonException malformed)
        {
            throw Violation(session, phase, function, json.Length, malformed.Message, malformed);
        }
    }

    private static PluginException Violation(ProviderSession session, PluginPhase phase, string function, int length, string fault, Exception? cause) => session.Fail(
        PluginFailure.ContractViolation,
        phase,
        function,
        $"answered {function} with {length} bytes that are not its response: {fault}",
        "This is a defect of the provider: report it to its author",
        cause: cause);

    private PluginException Fail(PluginFailure reason, PluginPhase phase, string what, string nextStep) => new(new PluginFailureReport
    {
        Reason = reason,
        Phase = phase,
        Provider = _executable.Requirement.Name,
        Path = _executable.Path,
        What = what,
        NextStep = nextStep,
    });

    private static string NewOperationId() => Guid.NewGuid().ToString("n");
}
