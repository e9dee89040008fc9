using Kolumn.Sdk;

namespace Kolumn.Assistance;

/// <summary>A configured provider elsewhere. It outlives this: configuring it anew replaces its connection by itself, and whoever has it closes it.</summary>
internal sealed class AssistedConnection(ResourceFunctions functions) : IProviderConnection<AssistedSession>
{
    public Task<AssistedSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken) => Task.FromResult(new AssistedSession(functions));

    public Task<string> PingAsync(CancellationToken cancellationToken) => functions.PingAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
