using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Grpc.Core;
using Kolumn.Host.Supervision;
using Kolumn.Protocol.Wire.Health;

namespace Kolumn.Host.Connection;

/// <summary>Why nobody usable answers; a clause and what to do.</summary>
internal sealed record ConnectionFault(string What, string NextStep, Exception? Cause);

/// <summary>
/// Whether somebody answers at the handshake's address, and whether it is the right one: a health check where there is a health
/// service, and where there is none its refusal, which proves the connection as well.
/// </summary>
internal sealed class ConnectionProof(TimeSpan limit, SecretScrubber secrets, TimeProvider time)
{
    private const string HealthService = "plugin";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Null when the provider answered; gives up at the limit, at the end of the process, or when cancelled.</summary>
    public async Task<ConnectionFault?> TryAsync(ProviderChannel channel, Task processEnd, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var asking = AskAsync(channel, any.Token);
        if (await Task.WhenAny(asking, processEnd) == processEnd)
        {
            await any.CancelAsync();
        }

        try
        {
            return await asking
                ? null
                : new ConnectionFault("answers NOT_SERVING to a health check", "Its log should say what it waits for", null);
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            return Explain(channel, timeout.IsCancellationRequested, failure);
        }
    }

    /// <returns>Whether the provider says that it serves.</returns>
    private async Task<bool> AskAsync(ProviderChannel channel, CancellationToken cancellationToken)
    {
        var health = new Health.HealthClient(channel.Channel);
        while (true)
        {
            try
            {
                var answer = await health.CheckAsync(new HealthCheckRequest { Service = HealthService }, cancellationToken: cancellationToken);
                return answer.Status != HealthCheckResponse.Types.ServingStatus.NotServing;
            }
            catch (RpcException unknown) when (unknown.StatusCode is StatusCode.Unimplemented or StatusCode.NotFound && unknown.Status.DebugException is null)
            {
                return true;
            }
            catch (RpcException notYet) when (notYet.StatusCode == StatusCode.Unavailable && Holds<SocketException>(notYet) && !channel.SawForeignCertificate)
            {
                // Some libraries print the line a moment before they listen.
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private ConnectionFault Explain(ProviderChannel channel, bool timedOut, Exception failure)
    {
        var detail = secrets.Scrub(TerminalText.Neutralise(failure is RpcException rpc ? rpc.Status.Detail : failure.Message));
        if (channel.SawForeignCertificate)
        {
            return new ConnectionFault(
                $"at {channel} answered somebody with another certificate than the handshake's",
                "Another process may have taken the port, or the provider prints a certificate that it does not serve",
                failure);
        }

        // A refused client certificate surfaces only with the first read, as an OpenSSL error or a disposed object.
        var isTls = Holds<AuthenticationException>(failure) || Holds<CryptographicException>(failure) || Holds<ObjectDisposedException>(failure);
        return new ConnectionFault(
            isTls ? $"at {channel} the TLS handshake failed, one side refused the other's certificate{(Holds<ObjectDisposedException>(failure) ? "" : ": " + detail)}"
                : timedOut ? string.Create(CultureInfo.InvariantCulture, $"at {channel} nobody answered within {limit.TotalSeconds:0.###} s")
                : $"at {channel} nobody speaks gRPC: {detail}",
            "The provider has to listen before it prints its handshake, with the certificate it prints",
            failure);
    }

    private static bool Holds<T>(Exception failure)
        where T : Exception
    {
        for (var cause = (failure as RpcException)?.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is T)
            {
                return true;
            }
        }

        return false;
    }
}
