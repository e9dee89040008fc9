using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Supervision;

/// <summary>Both output pipes of one process, drained from its first byte until it is gone.</summary>
internal sealed class ProviderOutput : IAsyncDisposable
{
    /// <summary>A longer line of a log is cut; the rest of it is counted.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly OutputTail _tail = new();
    private readonly OutputLog _errorLog;
    private readonly OutputLog _outputLog;
    private readonly SecretScrubber _secrets;
    private readonly LineSplitter _remoteError;
    private readonly Task _error;
    private readonly Task _output;

    public ProviderOutput(
        string provider, Stream standardOutput, Stream standardError, HandshakeWatch handshake, SecretScrubber secrets, ILogger logger, TimeProvider time)
    {
        _secrets = secrets;
        _errorLog = new OutputLog(provider, "stderr", logger, secrets, time);
        _outputLog = new OutputLog(provider, "stdout", logger, secrets, time);
        _remoteError = new LineSplitter(LongestLine, OnErrorLine);
        _error = Task.Run(() => DrainErrorAsync(standardError));
        _output = Task.Run(() => DrainOutputAsync(standardOutput, handshake));
    }

    /// <summary>The last lines on stderr, neutralised and scrubbed.</summary>
    public IReadOnlyList<string> Tail => _tail.Read(_secrets);

    /// <summary>Waits until both pipes have ended, but not longer than <paramref name="limit"/>: a descendant may hold them open.</summary>
    public async Task SettleAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource();
        await Task.WhenAny(Task.WhenAll(_error, _output), Task.Delay(limit, timeout.Token));
        await timeout.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_error, _output);
        _stop.Dispose();
    }

    /// <summary>What a Go plugin sends over gRPC instead of its pipe; from one reader.</summary>
    public void AddRemoteError(ReadOnlySpan<byte> bytes) => _remoteError.Append(bytes);

    private async Task DrainErrorAsync(Stream stream)
    {
        var lines = new LineSplitter(LongestLine, OnErrorLine);
        await StreamDrain.RunAsync(stream, lines.Append, _stop.Token);
        lines.Complete();
        _errorLog.ReportDrops();
    }

    private async Task DrainOutputAsync(Stream stream, HandshakeWatch handshake)
    {
        var lines = new LineSplitter(LongestLine, (line, cut) =>
        {
            if (!handshake.Observe(line, cut))
            {
                _outputLog.Add(line, cut);
            }
        });
        await StreamDrain.RunAsync(
            stream,
            bytes =>
            {
                lines.Append(bytes);
                handshake.Count(bytes.Length, lines.Unfinished);
            },
            _stop.Token);
        handshake.End(lines.Unfinished);
        lines.Complete();
        _outputLog.ReportDrops();
    }

    private void OnErrorLine(ReadOnlySpan<byte> line, long cut)
    {
        lock (_errorLog)
        {
            _tail.Add(line);
            _errorLog.Add(line, cut);
        }
    }
}
