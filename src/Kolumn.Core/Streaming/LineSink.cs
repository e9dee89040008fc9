using System.Threading.Channels;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>
/// Writes each event as a line of JSON. Whatever is waiting is written and put on the disk together, so that a disk that takes a
/// millisecond for that does not take one for each event.
/// </summary>
internal sealed class LineSink : IEventSink
{
    private readonly SinkSettings _settings;
    private readonly Stream _stream;
    private readonly bool _ownsStream;
    private readonly Channel<Line> _lines = Channel.CreateBounded<Line>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _writing;
    private readonly List<Line> _batch = [];

    private LineSink(SinkSettings settings, Stream stream, bool ownsStream)
    {
        _settings = settings;
        _stream = stream;
        _ownsStream = ownsStream;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>On a stream that somebody else ends.</summary>
    public static LineSink On(SinkSettings settings, Stream stream) => new(settings, stream, ownsStream: false);

    /// <summary>
    /// Appends to a file that nobody else may write to meanwhile. A last line without an end was being written when a relay was
    /// killed; its event is not marked as delivered and comes again, so the piece is cut off.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened, or another relay writes to it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static LineSink ToFile(SinkSettings settings)
    {
        // Where files are locked by agreement only, None keeps out other relays and no reader.
        var file = new FileStream(settings.Target, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None, bufferSize: 0);
        try
        {
            file.SetLength(EndOfLastLine(file));
            file.Seek(0, SeekOrigin.End);
            return new LineSink(settings, file, ownsStream: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public async Task<Delivery> DeliverAsync(string outbox, OutboxEvent happened, CancellationToken cancellationToken)
    {
        var line = new Line(EventText.Write(happened, outbox, _settings.Format));
        await _lines.Writer.WriteAsync(line, cancellationToken);
        return await line.Written.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
        if (_ownsStream)
        {
            await _stream.DisposeAsync();
        }
    }

    private async Task WriteAsync()
    {
        var text = new MemoryStream();
        while (await _lines.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _batch.Clear();
            text.SetLength(0);
            while (_batch.Count < _settings.BatchSize && _lines.Reader.TryRead(out var line))
            {
                _batch.Add(line);
                text.Write(line.Text.Span);
                text.WriteByte((byte)'\n');
            }

            var delivery = Put(text);
            foreach (var line in _batch)
            {
                line.Written.SetResult(delivery);
            }
        }
    }

    private Delivery Put(MemoryStream text)
    {
        var start = _stream.CanSeek ? _stream.Position : 0;
        try
        {
            _stream.Write(text.GetBuffer(), 0, (int)text.Length);
            if (_stream is FileStream file)
            {
                file.Flush(flushToDisk: true);
            }
            else
            {
                _stream.Flush();
            }

            return Delivery.Done;
        }
        catch (IOException failure)
        {
            // A disk that was full for a moment must not leave half a line in the middle of the file.
            if (_ownsStream)
            {
                _stream.SetLength(start);
            }

            return new Delivery(failure.Message, IsOver: true);
        }
    }

    private static long EndOfLastLine(FileStream file)
    {
        var buffer = new byte[64 * 1024];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - buffer.Length);
            var piece = buffer.AsSpan(0, (int)(end - start));
            file.Seek(start, SeekOrigin.Begin);
            file.ReadExactly(piece);
            if (piece.LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return start + at + 1;
            }

            end = start;
        }

        return 0;
    }

    private sealed record Line(ReadOnlyMemory<byte> Text)
    {
        public TaskCompletionSource<Delivery> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
