using Kolumn.Host;
using Microsoft.Extensions.Logging;

namespace Kolumn.Compliance.Probing;

/// <summary>Hears what the host has to say about its providers, and what they write themselves. Keeps what rules ask for, and no more.</summary>
internal sealed class Witness : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();
    private readonly Secrets _secrets;
    private readonly List<string> _leaks = [];

    public Witness(Secrets secrets) => _secrets = secrets;

    /// <summary>Lines with a secret in them, which has been taken out.</summary>
    public IReadOnlyList<string> Leaks
    {
        get
        {
            lock (_gate)
            {
                return [.. _leaks];
            }
        }
    }

    /// <summary>Noise on stdout before the handshake.</summary>
    public int Noise { get; private set; }

    /// <summary>Output that was too much to be logged, in bytes.</summary>
    public long Dropped { get; private set; }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id is < 2003 or > 2299)
        {
            return;
        }

        var text = formatter(state, exception);
        lock (_gate)
        {
            switch (eventId.Id)
            {
                case 2003:
                    Noise++;
                    break;
                case 2202 when state is IReadOnlyList<KeyValuePair<string, object?>> values:
                    Dropped += values.Where(v => v.Key == "Bytes").Select(v => v.Value as long? ?? 0).Sum();
                    break;
            }

            if (_leaks.Count < 20 && _secrets.IsIn(text))
            {
                _leaks.Add(Json.Excerpt(_secrets.Hide(text)));
            }
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
