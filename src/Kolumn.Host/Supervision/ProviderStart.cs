using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Kolumn.Host.Connection;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Kolumn.Host.Verification;
using Kolumn.Protocol;

namespace Kolumn.Host.Supervision;

/// <summary>
/// From an executable to a provider that answers:
/// 1. a private directory;
/// 2. verification against the lock file;
/// 3. the launch, in a session and an environment of its own;
/// 4. the handshake line, while both outputs are being drained;
/// 5. the connection, proved by an answer.
/// Whatever fails on the way takes everything with it that was made before.
/// </summary>
internal sealed class ProviderStart(PluginHost host, ProviderExecutable executable, SecretScrubber secrets)
{
    private static readonly TimeSpan ExitAfterEnd = TimeSpan.FromMilliseconds(500);

    private HostOptions Options => host.Options;

    private string Name => executable.Requirement.Name;

    public async Task<ProviderSession> RunAsync(CancellationToken cancellationToken)
    {
        using var span = HostTelemetry.Start(Name);
        var watch = Stopwatch.StartNew();
        Log.Starting(host.Logger, Name, executable.Path);
        var running = await LaunchAsync(cancellationToken);
        try
        {
            // 4.
            var handshake = await AwaitHandshakeAsync(running, cancellationToken);

            // 5.
            var channel = await ConnectAsync(running, handshake, cancellationToken);
            Log.Serving(host.Logger, Name, running.Process.Id, handshake.Network, handshake.Address, watch.ElapsedMilliseconds);
            HostTelemetry.Started(Name);
            return new ProviderSession(host, running, channel, secrets);
        }
        catch (PluginException failure)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.Reason.ToString());

            // Its last words may be in the pipe still: they are complete once it is gone.
            await running.DisposeAsync();
            throw new PluginException(failure.Report with { StandardError = running.ErrorTail }, failure.InnerException);
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    private async Task<RunningProcess> LaunchAsync(CancellationToken cancellationToken)
    {
        // 1.
        var scratch = CreateScratch();
        HostCertificate? certificate = null;
        var path = executable.Path;
        try
        {
            // 2.
            path = await new ProviderVerification(Options, host.Logger).PrepareAsync(executable, scratch, cancellationToken);

            // 3.
            var transport = executable.Requirement.Transport ?? Options.Transport;
            certificate = transport == ProviderTransport.Tcp ? await host.TakeCertificateAsync(cancellationToken) : null;
            var marker = "klm-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            var environment = ProviderEnvironment.Build(Options, transport, scratch, marker, certificate?.Pem);
            var process = host.Launcher.Launch(new LaunchRequest(path, environment, marker));
            host.Guard.Watch(process.Id, marker);
            return new RunningProcess(host, executable, process, scratch, certificate, secrets);
        }
        catch (Exception refused) when (refused is LaunchException or IOException)
        {
            scratch.Dispose();
            certificate?.Dispose();
            throw LaunchRefused(path, refused);
        }
        catch
        {
            scratch.Dispose();
            certificate?.Dispose();
            throw;
        }
    }

    private PluginException LaunchRefused(string path, Exception refused)
    {
        if (refused is not LaunchException launch || launch.IsExhaustion)
        {
            return Fail(
                PluginFailure.SystemExhausted,
                PluginPhase.Launch,
                $"the system could not start another process: {refused.Message}",
                "Close programs, or raise the limits of this user (ulimit)",
                cause: refused);
        }

        var (what, nextStep) = path != executable.Path && launch.ErrorCode == Libc.AccessDenied
            ? ($"its verified copy in {Options.ScratchDirectory} cannot be executed: {refused.Message}", "That directory may be on a file system mounted noexec: name another one (TMPDIR)")
            : ExecutableDiagnosis.Explain(executable.Path, refused.Message);
        return Fail(PluginFailure.NotExecutable, PluginPhase.Launch, what, nextStep, cause: refused);
    }

    private ScratchDirectory CreateScratch()
    {
        try
        {
            return ScratchDirectory.Create(Options.ScratchDirectory);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Fail(
                PluginFailure.ScratchUnavailable,
                PluginPhase.Launch,
                $"no private directory could be made below {Options.ScratchDirectory}: {refused.Message}",
                "Make the directory writable and its disk roomy, or name another one (TMPDIR)",
                cause: refused);
        }
    }

    private async Task<Handshake> AwaitHandshakeAsync(RunningProcess running, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Options.StartTimeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HandshakeOutcome outcome;
        try
        {
            var first = await Task.WhenAny(running.Handshake.Outcome, running.Process.Exited).WaitAsync(either.Token);
            if (first == running.Process.Exited)
            {
                throw await ExitedEarlyAsync(running);
            }

            outcome = await running.Handshake.Outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Fail(
                PluginFailure.StartTimeout,
                PluginPhase.Handshake,
                string.Create(CultureInfo.InvariantCulture, $"printed no handshake line within {Options.StartTimeout.TotalSeconds:0.###} s and was killed"),
                "Run the executable by hand with --version to see whether it starts; a slow machine needs a longer start timeout");
        }

        return outcome.Fault switch
        {
            null => ReadHandshake(running, outcome.Line),
            HandshakeFault.EndOfStream => throw await EndOfOutputAsync(running),
            HandshakeFault.TooLong => throw Fail(
                PluginFailure.MalformedHandshake,
                PluginPhase.Handshake,
                $"its handshake line is longer than {Handshake.MaxLineLength} bytes",
                "The line has six fields; see docs/protocol.md"),
            _ => throw Fail(
                PluginFailure.HandshakeGarbage,
                PluginPhase.Handshake,
                $"wrote more than {HandshakeWatch.NoiseLines} lines or {HandshakeWatch.NoiseBytes / 1024} KiB on stdout before its handshake, such as: {secrets.Scrub(outcome.Line)}",
                "stdout belongs to the handshake: a provider writes its logs on stderr"),
        };
    }

    private Handshake ReadHandshake(RunningProcess running, string line)
    {
        var fields = line.Split('|');
        var offered = ProtocolVersions.Spoken;
        if (fields.Length >= 5 && (fields[0] != "1" || !offered.Any(v => fields[1] == v.ToString(CultureInfo.InvariantCulture))))
        {
            throw Fail(
                PluginFailure.ProtocolMismatch,
                PluginPhase.Handshake,
                $"speaks plugin protocol {Shorten(fields[0])} and provider protocol {Shorten(fields[1])}, where this host speaks 1 and {string.Join(", ", offered)}",
                "Install a version of the provider, or of Kolumn, that shares a protocol with the other");
        }

        var handshake = Handshake.Parse(line, running.SocketDirectory, out var fault);
        if (handshake is { Network: "tcp", Certificate.Length: 0 })
        {
            handshake = null;
            fault = "it names a TCP port and no certificate: every local user could connect to it, or pose as it";
        }
        else if (handshake is { Certificate.Length: > 0 } && running.Certificate is null)
        {
            handshake = null;
            fault = "it names a certificate although no TLS was asked for";
        }

        return handshake ?? throw Fail(
            PluginFailure.MalformedHandshake,
            PluginPhase.Handshake,
            $"its handshake line is not valid, {fault}",
            "See docs/protocol.md for the line's fields");
    }

    private async Task<ProviderChannel> ConnectAsync(RunningProcess running, Handshake handshake, CancellationToken cancellationToken)
    {
        var channel = await ProviderChannel.OpenAsync(handshake, running.Certificate, Options.MaxMessageBytes, cancellationToken);
        var fault = await new ConnectionProof(Options.ConnectTimeout, secrets, host.Time).TryAsync(channel, running.Process.Exited, cancellationToken);
        if (fault is null)
        {
            return channel;
        }

        channel.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        if (running.Process.Exited.IsCompleted)
        {
            throw await ExitedEarlyAsync(running, PluginPhase.Connect);
        }

        throw Fail(PluginFailure.ConnectFailed, PluginPhase.Connect, fault.What + "; the process was killed", fault.NextStep, cause: fault.Cause);
    }

    private async Task<PluginException> EndOfOutputAsync(RunningProcess running)
    {
        // stdout ends a moment before the process does.
        await Task.WhenAny(running.Process.Exited, Task.Delay(ExitAfterEnd, host.Time));
        if (running.Process.Exited.IsCompleted)
        {
            return await ExitedEarlyAsync(running);
        }

        return Fail(
            PluginFailure.MalformedHandshake, PluginPhase.Handshake, "closed its stdout without a handshake line", "See docs/protocol.md");
    }

    private async Task<PluginException> ExitedEarlyAsync(RunningProcess running, PluginPhase phase = PluginPhase.Handshake)
    {
        // Its last words may be in the pipe still.
        await running.SettleAsync();
        var exit = await running.Process.Exited;
        var (what, nextStep) = exit switch
        {
            { Code: 127 } => ($"ended with {exit}, which says that a program or a library it needs is missing", "Install what its last lines on stderr name"),
            { Code: 126 } => ($"ended with {exit}, which says that a program it calls cannot be executed", "See its last lines on stderr"),
            { Signal: Libc.SignalKill } => ($"was killed ({exit})", "If nobody killed it, the system may have run out of memory: see its log"),
            _ => ($"ended with {exit}", "Its last lines on stderr should say why"),
        };
        return Fail(
            PluginFailure.ExitedEarly, phase, $"{what} before it served{(phase == PluginPhase.Handshake ? "" : " a call")}", nextStep, exit);
    }

    private PluginException Fail(
        PluginFailure reason, PluginPhase phase, string what, string nextStep, ProcessExit? exit = null, Exception? cause = null) => new(
        new PluginFailureReport
        {
            Reason = reason,
            Phase = phase,
            Provider = Name,
            Path = executable.Path,
            What = what,
            NextStep = nextStep,
            Exit = exit,
        },
        cause);

    private static string Shorten(string text) => TerminalText.Neutralise(text.Length > 40 ? text[..40] : text);
}
