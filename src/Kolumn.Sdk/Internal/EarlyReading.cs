using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// Reads what the prior states of a plan name while its configuration is still being checked. Where little changes there is
/// nothing left to read afterwards.
/// </summary>
internal sealed class EarlyReading<TSession> : IAsyncDisposable
    where TSession : IProviderSession
{
    private readonly CancellationTokenSource _abandoned;
    private readonly Task<SessionLease<TSession>> _opening;
    private readonly Task _reading;

    private EarlyReading(
        IReadOnlyList<(ResourceType<TSession>, string)> named, string? transactionId, Call<TSession> call, CancellationToken cancellationToken)
    {
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = _abandoned.Token;
        _opening = Task.Run(() => call.OpenAsync(SessionMode.Read, transactionId, token), token);
        _reading = ReadAsync(named, token);
    }

    /// <summary>What has been read so far; complete once <see cref="EndAsync"/> has returned.</summary>
    public CatalogExtract<TSession> Extract { get; } = new();

    public static EarlyReading<TSession> Begin(ResourceTypes<TSession> types, PlanRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var named = new List<(ResourceType<TSession>, string)>(request.Resources.Count);
        foreach (var resource in request.Resources.Where(r => r is { PriorState.Count: > 0, Action: not ResourceActions.NoOp }))
        {
            if (types.TryResolve(resource.ResourceType, out var type) && type.TryIdentityOf(resource.PriorState!) is { } identity)
            {
                named.Add((type, identity));
            }
        }

        return new EarlyReading<TSession>(named, request.TransactionId, call, cancellationToken);
    }

    /// <summary>The session, once nothing is read in it any more. It stays this object's to dispose.</summary>
    /// <exception cref="ProviderException">The database cannot be reached, or refused.</exception>
    public async Task<SessionLease<TSession>> EndAsync()
    {
        await _reading;
        return await _opening;
    }

    public async ValueTask DisposeAsync()
    {
        await _abandoned.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_opening.IsCompletedSuccessfully)
        {
            await (await _opening).DisposeAsync();
        }

        _abandoned.Dispose();
    }

    private async Task ReadAsync(IReadOnlyList<(ResourceType<TSession>, string)> named, CancellationToken cancellationToken) =>
        await Extract.ReadAsync((await _opening).Session, named, cancellationToken);
}
