using System.Collections.Concurrent;

namespace Kolumn.Protocol.Runtime;

/// <summary>Makes a runtime for one provider; every call returns a fresh one.</summary>
public delegate Task<IProviderRuntime> RuntimeFactory(CancellationToken cancellationToken);

/// <summary>
/// Where Core finds providers without knowing whether they run in this process or in their own: the provider runtime
/// contract's registry. Safe for concurrent use.
/// </summary>
public sealed class RuntimeRegistry
{
    private readonly ConcurrentDictionary<string, RuntimeFactory> _factories = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The id is empty or registered already.</exception>
    /// <exception cref="ArgumentNullException">There is no factory.</exception>
    public void Register(string providerId, RuntimeFactory factory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(providerId);
        ArgumentNullException.ThrowIfNull(factory);
        if (!_factories.TryAdd(providerId, factory))
        {
            throw new ArgumentException($"provider \"{providerId}\" is registered already", nameof(providerId));
        }
    }

    /// <summary>A fresh runtime of the provider.</summary>
    /// <exception cref="ProviderNotFoundException">Nothing is registered under the id.</exception>
    /// <exception cref="RuntimeFactoryException">The factory failed; the cause is the inner exception.</exception>
    public async Task<IProviderRuntime> LookupAsync(string providerId, CancellationToken cancellationToken)
    {
        if (!_factories.TryGetValue(providerId, out var factory))
        {
            throw new ProviderNotFoundException(providerId, List());
        }

        try
        {
            return await factory(cancellationToken);
        }
        catch (Exception cause) when (cause is not OperationCanceledException)
        {
            throw new RuntimeFactoryException(providerId, cause);
        }
    }

    /// <summary>The registered ids in alphabetical order.</summary>
    public IReadOnlyList<string> List() => [.. _factories.Keys.Order(StringComparer.Ordinal)];

    /// <summary>For tests; registered factories are forgotten, runtimes made by them live on.</summary>
    public void Clear() => _factories.Clear();
}

/// <summary>No provider of that id is registered.</summary>
public sealed class ProviderNotFoundException(string providerId, IReadOnlyList<string> known)
    : Exception($"provider \"{providerId}\" not found")
{
    public string ProviderId { get; } = providerId;

    /// <summary>The ids that are registered.</summary>
    public IReadOnlyList<string> Known { get; } = known;
}

/// <summary>A registered factory could not make its runtime.</summary>
public sealed class RuntimeFactoryException(string providerId, Exception cause)
    : Exception($"provider \"{providerId}\" could not be started: {cause.Message}", cause)
{
    public string ProviderId { get; } = providerId;
}
