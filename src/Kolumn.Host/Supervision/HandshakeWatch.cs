using System.Text;
using Kolumn.Protocol;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Supervision;

/// <summary>How the wait for a handshake ended.</summary>
/// <param name="Line">The line that claims to be one; empty otherwise.</param>
/// <param name="Fault">Null when there is a line.</param>
internal sealed record HandshakeOutcome(string Line, HandshakeFault? Fault);

internal enum HandshakeFault
{
    /// <summary>More noise than is tolerated; the outcome's line is the excerpt.</summary>
    Garbage,

    /// <summary>A line began like a handshake and did not end within <see cref="Handshake.MaxLineLength"/>.</summary>
    TooLong,

    /// <summary>stdout ended.</summary>
    EndOfStream,
}

/// <summary>
/// Looks for the handshake among the first lines of stdout. Some noise before it is tolerated, since runtimes and shells write
/// there before an author's first line runs; it is logged as a warning.
/// </summary>
internal sealed class HandshakeWatch(string provider, ILogger logger)
{
    public const int NoiseLines = 100;
    public const int NoiseBytes = 64 * 1024;

    private const int ExcerptLength = 200;

    private readonly TaskCompletionSource<HandshakeOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private int _lines;
    private string _excerpt = "";

    public Task<HandshakeOutcome> Outcome => _outcome.Task;

    /// <summary>Whether the line was taken for the handshake, or for noise before it.</summary>
    public bool Observe(ReadOnlySpan<byte> line, long cut)
    {
        if (_outcome.Task.IsCompleted)
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(line).TrimStart('\uFEFF');
        if (Handshake.LooksLikeOne(text))
        {
            _outcome.TrySetResult(cut > 0 || text.Length > Handshake.MaxLineLength
                ? new HandshakeOutcome("", HandshakeFault.TooLong)
                : new HandshakeOutcome(text, null));
            return true;
        }

        Remember(line);
        Log.NoiseBeforeHandshake(logger, provider, _excerpt);
        if (++_lines > NoiseLines)
        {
            _outcome.TrySetResult(new HandshakeOutcome(_excerpt, HandshakeFault.Garbage));
        }

        return true;
    }

    /// <summary>Counts what arrived, whether or not it has a line break.</summary>
    public void Count(int bytes, ReadOnlySpan<byte> unfinished)
    {
        if (_outcome.Task.IsCompleted || (_bytes += bytes) <= NoiseBytes)
        {
            return;
        }

        Remember(unfinished);
        _outcome.TrySetResult(Handshake.LooksLikeOne(_excerpt)
            ? new HandshakeOutcome("", HandshakeFault.TooLong)
            : new HandshakeOutcome(_excerpt, HandshakeFault.Garbage));
    }

    public void End(ReadOnlySpan<byte> unfinished)
    {
        Remember(unfinished);
        _outcome.TrySetResult(new HandshakeOutcome(_excerpt, HandshakeFault.EndOfStream));
    }

    private void Remember(ReadOnlySpan<byte> line)
    {
        if (!line.IsEmpty)
        {
            _excerpt = TerminalText.Neutralise(line[..Math.Min(line.Length, ExcerptLength)]);
        }
    }
}
