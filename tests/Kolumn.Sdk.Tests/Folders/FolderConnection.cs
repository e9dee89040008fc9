using Kolumn.Protocol;

namespace Kolumn.Sdk.Tests.Folders;

internal sealed class FolderConnection(string root, bool transactional) : IProviderConnection<FolderSession>
{
    private int _closed;

    public int Closed => _closed;

    /// <summary>Awaited by every session that opens; for tests that need a call in flight.</summary>
    public Func<CancellationToken, Task> BeforeOpen { get; set; } = _ => Task.CompletedTask;

    /// <summary>What the next statements are refused with, one each.</summary>
    public Queue<Diagnostic> Obstacles { get; } = [];

    /// <summary>What the next statements outside a transaction are refused with, one each; null: it is not.</summary>
    public Queue<Diagnostic?> Storms { get; } = [];

    /// <summary>Everything that happened to sessions, in order.</summary>
    public List<string> Trace { get; } = [];

    public int MaxTransactions => 3;

    /// <summary>The isolation level of every transaction that was opened.</summary>
    public List<string> Isolations { get; } = [];

    public Task<FolderSession> OpenTransactionAsync(SessionMode mode, string isolation, CancellationToken cancellationToken)
    {
        Isolations.Add(isolation);
        return OpenAsync(mode, cancellationToken);
    }

    public async Task<FolderSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken)
    {
        await BeforeOpen(cancellationToken);
        return Directory.Exists(root)
            ? new FolderSession(root, transactional, this)
            : throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Connection, $"the folder {root} is gone"));
    }

    public Task<string> PingAsync(CancellationToken cancellationToken) => Directory.Exists(root)
        ? Task.FromResult("7.2")
        : throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Connection, $"the folder {root} is gone"));

    public ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _closed);
        return ValueTask.CompletedTask;
    }
}
