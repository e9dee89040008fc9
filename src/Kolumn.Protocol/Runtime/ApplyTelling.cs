using Kolumn.Protocol.Payloads;

namespace Kolumn.Protocol.Runtime;

/// <summary>
/// Tells a listener what happens during one Apply. Events travel on a stream of their own and may come after the response, or
/// not at all from a provider without that stream: what has not been told by then is told from the response, so that the
/// listener hears of every success exactly once before Apply returns. What a failure means is said by the response as a whole.
/// </summary>
internal sealed class ApplyTelling : IDisposable
{
    private readonly IProviderEventSource? _source;
    private readonly Action<ProviderEvent>? _listener;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private bool _ended;

    public ApplyTelling(IProviderEventSource? source, Action<ProviderEvent>? listener)
    {
        _listener = listener;
        _source = listener is null ? null : source;
        if (_source is not null)
        {
            _source.EventReceived += Tell;
        }
    }

    public void Complete(IReadOnlyList<ApplyResult> results)
    {
        foreach (var result in results.Where(r => r.Success))
        {
            Tell(new ProviderEvent { Type = "resource", Address = result.Address, Result = result });
        }
    }

    public void Dispose()
    {
        if (_source is not null)
        {
            _source.EventReceived -= Tell;
        }

        lock (_gate)
        {
            _ended = true;
        }
    }

    // The listener is called under the lock: it hears one event at a time, and none after Apply has returned.
    private void Tell(ProviderEvent happening)
    {
        lock (_gate)
        {
            if (!_ended && (happening.Result is not { } result || _told.Add(result.Address)))
            {
                _listener?.Invoke(happening);
            }
        }
    }
}
