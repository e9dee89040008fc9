namespace Kolumn.Sdk;

/// <summary>The types a provider can create: provider specification, section 6.1. Filled at start, read afterwards.</summary>
public sealed class CreateRegistry
{
    private readonly Dictionary<string, ICreateHandler> _handlers = new(StringComparer.Ordinal);

    /// <summary>In the order of registration.</summary>
    public IReadOnlyDictionary<string, ICreateHandler> Handlers => _handlers;

    /// <exception cref="ArgumentException">The type is empty or registered already.</exception>
    public void Register(string type, ICreateHandler handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        _handlers.Add(type, handler);
    }
}

/// <summary>The types a provider can discover: provider specification, section 6.1. Filled at start, read afterwards.</summary>
public sealed class DiscoverRegistry<TSession>
    where TSession : IProviderSession
{
    private readonly Dictionary<string, IDiscoverHandler<TSession>> _handlers = new(StringComparer.Ordinal);

    /// <summary>In the order of registration.</summary>
    public IReadOnlyDictionary<string, IDiscoverHandler<TSession>> Handlers => _handlers;

    /// <exception cref="ArgumentException">The type is empty or registered already.</exception>
    public void Register(string type, IDiscoverHandler<TSession> handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        _handlers.Add(type, handler);
    }
}
