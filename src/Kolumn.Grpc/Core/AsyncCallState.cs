namespace Grpc.Core;

/// <summary>
/// What a call object asks of the call behind it. One struct for both ways of constructing call objects: functions that close over
/// their call, or functions over a state object (no closure per call).
/// </summary>
internal readonly struct AsyncCallState
{
    private readonly object _responseHeaders;
    private readonly object _getStatus;
    private readonly object _getTrailers;
    private readonly object _dispose;
    private readonly object? _state;

    public AsyncCallState(Task<Metadata> responseHeaders, Func<Status> getStatus, Func<Metadata> getTrailers, Action dispose)
    {
        _responseHeaders = responseHeaders;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        _state = null;
    }

    public AsyncCallState(
        Func<object, Task<Metadata>> responseHeaders,
        Func<object, Status> getStatus,
        Func<object, Metadata> getTrailers,
        Action<object> dispose,
        object state)
    {
        _responseHeaders = responseHeaders;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        _state = state;
    }

    public Task<Metadata> ResponseHeadersAsync() => _responseHeaders is Func<object, Task<Metadata>> function
        ? function(_state!)
        : (Task<Metadata>)_responseHeaders;

    public Status GetStatus() => _getStatus is Func<object, Status> function ? function(_state!) : ((Func<Status>)_getStatus)();

    public Metadata GetTrailers() => _getTrailers is Func<object, Metadata> function ? function(_state!) : ((Func<Metadata>)_getTrailers)();

    public void Dispose()
    {
        if (_dispose is Action<object> action)
        {
            action(_state!);
        }
        else
        {
            ((Action)_dispose)();
        }
    }
}
