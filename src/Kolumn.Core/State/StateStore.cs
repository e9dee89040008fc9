using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.State;

/// <summary>
/// The state of a project, held by one process at a time.
/// <list type="number">
/// <item>Opening takes the lock, reads snapshot and journal and turns what an earlier run left uncertain into a mark.</item>
/// <item>What that run left in its journal is folded into a new snapshot, so that every run starts a journal of its own.</item>
/// <item>Recording appends to the journal, at the moment a result is certain: O(1), whatever is recorded already.</item>
/// <item>Closing folds the journal into the next snapshot, keeps the former one as a backup and releases the lock.</item>
/// </list>
/// </summary>
internal sealed class StateStore : IAsyncDisposable
{
    private readonly StateDirectory _directory;
    private readonly StateLock _lock;
    private readonly TimeProvider _time;
    private readonly System.Threading.Lock _gate = new();
    private JournalWriter? _journal;
    private long _serial;

    private StateStore(StateDirectory directory, StateLock stateLock, ProjectState state, TimeProvider time)
    {
        _directory = directory;
        _lock = stateLock;
        _time = time;
        State = state;
        _serial = state.Serial;
    }

    /// <summary>Everything recorded, this run's records included. Read it only while no batch is being applied.</summary>
    public ProjectState State { get; }

    /// <summary>Of the last snapshot; what a saved plan is compared with.</summary>
    public long Serial => _serial;

    public LockOwner Owner => _lock.Owner;

    /// <summary>How often the disk was asked to sync by the journal of this run.</summary>
    internal int JournalSyncs => _journal?.Syncs ?? 0;

    /// <summary>Null with diagnostics when the state is locked, damaged, newer than this Kolumn or not accessible.</summary>
    public static StateStore? Open(StateDirectory directory, string operation, TimeProvider time, DiagnosticList diagnostics)
    {
        StateLock? stateLock = null;
        try
        {
            // 1
            directory.Create();
            stateLock = StateLock.TryAcquire(directory, operation, time, diagnostics);
            if (stateLock is null)
            {
                return null;
            }

            var state = StateReader.Read(directory, time, diagnostics);
            if (state is null)
            {
                stateLock.Dispose();
                return null;
            }

            // 2
            var store = new StateStore(directory, stateLock, state, time);
            var unknown = state.ConcludeOpenIntents();
            if (unknown.Count > 0)
            {
                diagnostics.Add(OutcomeUnknown(unknown));
            }

            // A first snapshot is written at once: its lineage must outlive this run, so that a plan made now can be applied later.
            if (File.Exists(directory.Journal) || !File.Exists(directory.Snapshot))
            {
                store.Fold();
            }

            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stateLock?.Dispose();
            diagnostics.Error(CoreCodes.StateNotWritten, "The state directory cannot be used", $"{directory.Root}: {e.Message}. Nothing has been changed.");
            return null;
        }
    }

    /// <summary>Announces what is about to be done; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">It could not be written: do not begin.</exception>
    public async Task BeginAsync(StateIntent intent)
    {
        Append(new JournalEntry { Begin = intent });
        await FlushAsync();
    }

    /// <summary>Everything the operation announced is certain now.</summary>
    public void End(string operation) => Append(new JournalEntry { End = operation });

    /// <summary>May be called from any thread.</summary>
    public void Put(ResourceInstance resource) => Append(new JournalEntry { Put = resource });

    /// <summary>May be called from any thread.</summary>
    public void Remove(string address) => Append(new JournalEntry { Remove = address });

    public void SetOutputs(IReadOnlyDictionary<string, RecordedOutput> outputs) => Append(new JournalEntry { Outputs = outputs });

    /// <summary>Returns when everything recorded so far is on the disk.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public Task FlushAsync() => _journal?.FlushAsync() ?? Task.CompletedTask;

    /// <summary>Folds the journal into a snapshot and releases the lock; what cannot be written is said and stays in the journal.</summary>
    public async Task CloseAsync(DiagnosticList diagnostics)
    {
        try
        {
            if (_journal is { } journal)
            {
                await journal.FlushAsync();
                await journal.DisposeAsync();
                _journal = null;
                State.ConcludeOpenIntents();
                Fold();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(
                CoreCodes.StateNotWritten,
                "The state could not be written",
                $"{_directory.Root}: {e.Message}. What was recorded before is in the journal and counts; make room or give access, then run plan.");
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Releases the lock and leaves the journal as it is: the next run folds it. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_journal is { } journal)
        {
            _journal = null;
            await journal.DisposeAsync();
        }

        _lock.Dispose();
    }

    private void Append(JournalEntry entry)
    {
        lock (_gate)
        {
            _journal ??= new JournalWriter(_directory.Journal, new JournalHeader(StateDocument.CurrentVersion, State.Lineage, _serial));
            State.Play(entry);
            _journal.Append(entry);
        }
    }

    /// <summary>
    /// Backup, then snapshot, then the journal goes: dying between any two of them leaves files that mean the same, because the
    /// journal's first line names the serial it continues.
    /// </summary>
    private void Fold()
    {
        if (File.Exists(_directory.Snapshot))
        {
            File.Copy(_directory.Snapshot, _directory.BackupOf(_serial), overwrite: true);
        }

        var document = State.ToDocument(_serial + 1, _time.GetUtcNow());
        DurableFile.Replace(_directory.Snapshot, SnapshotFile.Write(document));
        File.Delete(_directory.Journal);
        _serial++;
        foreach (var old in _directory.ListBackups().Skip(StateDirectory.BackupCount))
        {
            File.Delete(old);
        }
    }

    private static Diagnostic OutcomeUnknown(IReadOnlyList<string> addresses)
    {
        const int shown = 5;
        var names = string.Join(", ", addresses.Take(shown)) + (addresses.Count > shown ? $" and {addresses.Count - shown} more" : "");
        return Diagnostic.Warning(
            CoreCodes.OutcomeUnknown,
            "An earlier run ended before it knew the outcome of its changes",
            $"Concerned: {names}. They are compared with the database now; what the plan shows is what is really there.");
    }
}
