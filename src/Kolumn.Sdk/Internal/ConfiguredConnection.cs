using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal.Transactions;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// A connection together with the calls that use it. Retiring it lets no new call in, cancels those that run, waits for them
/// for a bounded time, rolls back open transactions and then closes the connection and erases the secrets, once, however many ask for it.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "The token source has no timer to release, and a call that outlives its connection may still hold its token.")]
internal sealed class ConfiguredConnection<TSession>(
    IProviderConnection<TSession> connection, KeptState state, TransactionTable<TSession> transactions, AuditTrail<TSession> audit, OutboxRunners runners, QuarantinePolicy<TSession> quarantine, IReadOnlyList<Secret> secrets, SecretScrubber scrubber, ILogger logger)
    where TSession : IProviderSession
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _retiring = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;
    private Task<Envelope>? _retirement;

    /// <summary>For the calls that were let in.</summary>
    public Call<TSession> Call { get; } = new(connection, state, transactions, audit, runners, quarantine);

    /// <summary>Cancelled when the connection is about to go.</summary>
    public CancellationToken Retiring => _retiring.Token;

    /// <summary>Lets a call in; each one that got true calls <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_retirement is not null)
            {
                return false;
            }

            _calls++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_calls == 0 && _retirement is not null)
            {
                _drained.TrySetResult();
            }
        }
    }

    /// <returns>A failure to close, scrubbed while the secrets were still known.</returns>
    public Task<Envelope> RetireAsync()
    {
        lock (_gate)
        {
            return _retirement ??= Task.Run(DrainAndCloseAsync);
        }
    }

    private async Task<Envelope> DrainAndCloseAsync()
    {
        await _retiring.CancelAsync();
        lock (_gate)
        {
            if (_calls == 0)
            {
                _drained.TrySetResult();
            }
        }

        try
        {
            await _drained.Task.WaitAsync(DrainLimit, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Log.CallsOutlivedConnection(logger, Volatile.Read(ref _calls), (long)DrainLimit.TotalMilliseconds);
        }

        try
        {
            await Call.Transactions.CloseAsync();
            await Call.Runners.DisposeAsync();
            await Call.Connection.DisposeAsync();
            Log.Disconnected(logger);
            return Envelope.Ok;
        }
        catch (Exception failure)
        {
            var reason = scrubber.Scrub(failure.Message);
            Log.DisconnectFailed(logger, reason);
            return Envelope.Failure<Envelope>([Diagnostic.Error(DiagnosticCodes.Connection, "closing the connection failed", reason)]);
        }
        finally
        {
            foreach (var secret in secrets)
            {
                secret.Dispose();
            }
        }
    }
}
