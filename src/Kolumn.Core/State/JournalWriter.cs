using System.Threading.Channels;

namespace Kolumn.Core.State;

/// <summary>
/// Appends entries in the order given and syncs them. What arrives while the disk is busy is written together and synced once,
/// so ten thousand results of one transaction cost a handful of syncs, and a single one is durable at once.
/// </summary>
internal sealed class JournalWriter : IAsyncDisposable
{
    /// <summary>How many entries one write takes at most: bounds its buffer.</summary>
    private const int BatchSize = 2048;

    // Callers announce at most one entry per planned resource and flush after each batch of the plan: that bounds the queue.
    private readonly Channel<Item> _queue = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly FileStream _file;
    private readonly Task _loop;
    private Exception? _failure;

    public JournalWriter(string path, JournalHeader header)
    {
        _file = DurableFile.Open(path, FileMode.Create);
        using var lines = new MemoryStream();
        JournalFile.AppendLine(lines, new JournalEntry { Header = header });
        _file.Write(lines.GetBuffer().AsSpan(0, (int)lines.Length));
        _file.Flush(flushToDisk: true);
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        _loop = Task.Run(WriteAsync);
    }

    /// <summary>How often the disk was asked to sync: the cost that matters.</summary>
    public int Syncs { get; private set; }

    /// <summary>Returns at once and may be called from any thread; <see cref="FlushAsync"/> tells when it is on the disk.</summary>
    public void Append(JournalEntry entry) => _queue.Writer.TryWrite(new Item(entry, null));

    /// <summary>Completes when everything appended before is on the disk.</summary>
    /// <exception cref="IOException">It could not be written; nothing appended since can be relied on.</exception>
    public async Task FlushAsync()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(new Item(null, written)), this);
        await written.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await _file.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var flushed = new List<TaskCompletionSource>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            using var lines = new MemoryStream();
            for (var count = 0; count < BatchSize && _queue.Reader.TryRead(out var item); count++)
            {
                if (item.Entry is { } entry)
                {
                    JournalFile.AppendLine(lines, entry);
                }
                else
                {
                    flushed.Add(item.Flushed!);
                }
            }

            Write(lines);
            foreach (var waiter in flushed)
            {
                _ = _failure is null ? waiter.TrySetResult() : waiter.TrySetException(new IOException(_failure.Message, _failure));
            }

            flushed.Clear();
        }
    }

    /// <summary>After a failure nothing more is written: entries after a gap would lie.</summary>
    private void Write(MemoryStream lines)
    {
        if (_failure is not null || lines.Length == 0)
        {
            return;
        }

        try
        {
            _file.Write(lines.GetBuffer().AsSpan(0, (int)lines.Length));
            _file.Flush(flushToDisk: true);
            Syncs++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failure = e;
        }
    }

    private readonly record struct Item(JournalEntry? Entry, TaskCompletionSource? Flushed);
}
