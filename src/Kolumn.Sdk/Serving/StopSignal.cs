using System.Runtime.InteropServices;

namespace Kolumn.Sdk.Serving;

/// <summary>
/// Everything that ends a provider: the end of its stdin, which means that the host is gone, a Shutdown call, SIGTERM and
/// SIGINT.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
    ];

    public Task Requested => _requested.Task;

    public void Request() => _requested.TrySetResult();

    /// <summary>Reads the lifeline on a thread of its own, since such a read cannot be cancelled; the thread does not keep the process alive.</summary>
    public void WatchLifeline(Stream stdin)
    {
        var thread = new Thread(() =>
        {
            Span<byte> nothing = stackalloc byte[256];
            try
            {
                while (stdin.Read(nothing) > 0)
                {
                    // Whatever the host may say there is not for us.
                }
            }
            catch (IOException)
            {
                // A broken lifeline is a cut one.
            }

            Request();
        })
        {
            IsBackground = true,
            Name = "lifeline",
        };
        thread.Start();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Request();
    }
}
