using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>One change of a handler that makes its changes itself.</summary>
internal static class HandlerOperation
{
    /// <returns>The definition that exists afterwards; null after a delete.</returns>
    /// <exception cref="ProviderException">The database refused.</exception>
    public static Task<JsonObject?> RunAsync<TSession>(TSession session, PlannedWork<TSession> work, CancellationToken cancellationToken)
        where TSession : IProviderSession
    {
        var operations = work.Prepared.Type.Operations!;
        return work.Action switch
        {
            ResourceActions.Create => CreateAsync(),
            ResourceActions.Update => HandlerCall.RunAsync<JsonObject?>(work.Address, nameof(operations.UpdateAsync), async () =>
                await operations.UpdateAsync(session, work.Actual!, work.Desired!, cancellationToken)),
            ResourceActions.Delete => DeleteAsync(),
            _ => ReplaceAsync(),
        };

        async Task<JsonObject?> ReplaceAsync()
        {
            await DeleteAsync();
            return await CreateAsync();
        }

        Task<JsonObject?> CreateAsync() => HandlerCall.RunAsync<JsonObject?>(
            work.Address, nameof(operations.CreateAsync), async () => await operations.CreateAsync(session, work.Desired!, cancellationToken));

        Task<JsonObject?> DeleteAsync() => HandlerCall.RunAsync<JsonObject?>(work.Address, nameof(operations.DeleteAsync), async () =>
        {
            await operations.DeleteAsync(session, work.Doomed!, cancellationToken);
            return null;
        });
    }
}
