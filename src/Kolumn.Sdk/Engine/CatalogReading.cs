using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Reads one type after the other where a type that cannot be read must not hide the rest: a session in which something was
/// refused may be of no use any more, so the next type gets a new one.
/// </summary>
internal sealed class CatalogReading<TSession>(IProviderConnection<TSession> connection) : IAsyncDisposable
    where TSession : IProviderSession
{
    private TSession? _session;

    /// <param name="identities">null for all.</param>
    /// <returns>What exists by identity, or why the database did not say.</returns>
    /// <exception cref="ProviderException">The database cannot be reached.</exception>
    public async Task<(IReadOnlyDictionary<string, JsonObject> Found, Diagnostic? Refusal)> ReadAsync(
        ResourceType<TSession> type, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        _session ??= await connection.OpenAsync(SessionMode.Read, cancellationToken);
        try
        {
            return (await type.ReadAsync(_session, identities, cancellationToken), null);
        }
        catch (ProviderException refused)
        {
            await CloseAsync();
            return (new Dictionary<string, JsonObject>(), refused.Diagnostic);
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask CloseAsync()
    {
        if (_session is { } open)
        {
            _session = default;
            await open.DisposeAsync();
        }
    }
}
