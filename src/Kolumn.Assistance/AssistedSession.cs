using Kolumn.Sdk;

namespace Kolumn.Assistance;

/// <summary>A unit of work on an assisted provider. Each call of a resource function has taken effect when it returns, so there is nothing to commit.</summary>
internal sealed class AssistedSession(ResourceFunctions functions) : IProviderSession
{
    public ResourceFunctions Functions { get; } = functions;

    /// <exception cref="InvalidOperationException">There are statements: no handler here has any.</exception>
    public Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) => statements.Count == 0
        ? Task.CompletedTask
        : throw new InvalidOperationException("an assisted provider makes its changes by its resource functions");

    public Task CommitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
