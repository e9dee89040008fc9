using System.Runtime.InteropServices;

namespace Kolumn.Cli;

/// <summary>
/// Ctrl-C and SIGTERM. The first one cancels <see cref="Token"/>: what has been begun comes to a safe end. The second one is left
/// to the system, which ends the process; providers notice by their lifeline.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly TextWriter _notices;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption(TextWriter notices)
    {
        _notices = notices;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        lock (_source)
        {
            if (_source.IsCancellationRequested)
            {
                return;
            }

            context.Cancel = true;
            _notices.WriteLine("\nStopping as soon as it is safe. Once more stops at once; the next plan then finds out how far it came.");
            _notices.Flush();
            _source.Cancel();
        }
    }
}
