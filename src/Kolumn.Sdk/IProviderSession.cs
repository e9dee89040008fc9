using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk;

/// <summary>
/// One unit of work on a database, not shared between threads. Where the database can, it is a transaction: disposing it
/// without <see cref="CommitAsync"/> leaves everything as it was.
/// </summary>
public interface IProviderSession : IAsyncDisposable
{
    /// <summary>Runs the statements in order, in as few round trips as possible.</summary>
    /// <exception cref="StatementFailedException">The database refused one of them; those before it took effect in the session.</exception>
    Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken);

    /// <exception cref="StatementFailedException">The database refused, for example because of a deferred constraint; the index is -1.</exception>
    Task CommitAsync(CancellationToken cancellationToken);
}

/// <summary>
/// A session that can be set back to a moment in it. Providers whose sessions can offer transactions that last over several
/// calls (<see cref="ProviderDefinition{TSession}.IsolationLevels"/>): a call that fails in one takes back its own changes only.
/// </summary>
public interface ITransactionSession : IProviderSession
{
    /// <summary>Remembers this moment instead of the one remembered before.</summary>
    /// <exception cref="ProviderException">The database refused or was lost.</exception>
    Task SaveAsync(CancellationToken cancellationToken);

    /// <summary>Takes back everything since <see cref="SaveAsync"/>, a failure of the database's included. The moment stays remembered.</summary>
    /// <exception cref="ProviderException">The database refused or was lost: the session is of no use any more.</exception>
    Task RestoreAsync(CancellationToken cancellationToken);
}

/// <summary>
/// A session that goes on when its transaction is over. Providers some of whose statements cannot run in the transaction that
/// makes all changes, or should not (<see cref="StatementPlace"/>).
/// </summary>
public interface IContinuingSession : IProviderSession
{
    /// <summary>Begins another transaction, undoing what the last one has not committed.</summary>
    /// <exception cref="ProviderException">The database refused or was lost: the session is of no use any more.</exception>
    Task BeginAsync(CancellationToken cancellationToken);

    /// <summary>Runs a statement outside any transaction: it has taken effect when this returns. Only between a commit and the next <see cref="BeginAsync"/>.</summary>
    /// <exception cref="StatementFailedException">The database refused; the index is 0.</exception>
    Task ExecuteAloneAsync(Statement statement, CancellationToken cancellationToken);
}

/// <summary>A session that can tell how many rows statements changed.</summary>
public interface ICountingSession : IProviderSession
{
    /// <summary>As <see cref="IProviderSession.ExecuteAsync"/>; returns how many rows were inserted, updated and deleted by all of them.</summary>
    /// <exception cref="StatementFailedException">As there.</exception>
    Task<long> ExecuteCountingAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken);
}

/// <summary>A session of a database that has room for so many locks and no more.</summary>
public interface ILockLimitedSession : IProviderSession
{
    /// <summary>How many entries (<see cref="Statement.LockEntries"/>) one transaction may use and leave others enough. A larger plan is made in several.</summary>
    /// <exception cref="ProviderException">The database refused or was lost.</exception>
    Task<int> FindLockCapacityAsync(CancellationToken cancellationToken);
}

/// <summary>A configured provider's way to its database. Safe for concurrent use; disposing it closes every connection and forgets every secret.</summary>
public interface IProviderConnection<TSession> : IAsyncDisposable
    where TSession : IProviderSession
{
    /// <exception cref="ProviderException">The database cannot be reached, or refuses.</exception>
    Task<TSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken);

    /// <summary>For <see cref="DescribeContext.DefaultSchema"/>.</summary>
    string? DefaultSchema => null;

    /// <summary>How many transactions may be open over several calls: few enough that other calls still find a connection.</summary>
    int MaxTransactions => 8;

    /// <summary>A session that lasts over several calls.</summary>
    /// <param name="isolation">One of <see cref="ProviderDefinition{TSession}.IsolationLevels"/>.</param>
    /// <exception cref="ProviderException">The database cannot be reached, or refuses.</exception>
    Task<TSession> OpenTransactionAsync(SessionMode mode, string isolation, CancellationToken cancellationToken) => OpenAsync(mode, cancellationToken);

    /// <summary>One round trip; returns the server's version, for example <c>15.4</c>.</summary>
    /// <exception cref="ProviderException">The database cannot be reached, or refuses.</exception>
    Task<string> PingAsync(CancellationToken cancellationToken);
}

/// <summary>What a session is opened for.</summary>
public enum SessionMode
{
    /// <summary>A consistent read; nothing it does is kept.</summary>
    Read,

    Write,
}

/// <summary>A failure that a user can understand and put right; the dispatcher answers with its diagnostics.</summary>
public class ProviderException : Exception
{
    public ProviderException(Diagnostic diagnostic, Exception? innerException = null)
        : base(diagnostic.ToString(), innerException) => Diagnostic = diagnostic;

    public Diagnostic Diagnostic { get; }
}

/// <summary>The database refused a statement.</summary>
/// <param name="index">Which of the statements given to <see cref="IProviderSession.ExecuteAsync"/>, 0-based.</param>
public sealed class StatementFailedException(int index, Diagnostic diagnostic, Exception? innerException = null)
    : ProviderException(diagnostic, innerException)
{
    public int Index { get; } = index;
}

/// <summary>What <see cref="ICreateHandler.Describe"/> may ask and where it reports mistakes.</summary>
/// <param name="address">The resource being described.</param>
/// <param name="configOf">The config of another resource of the same plan by its address; null when there is none.</param>
public sealed class DescribeContext(ResourceAddress address, Func<string, JsonObject?> configOf)
{
    private readonly List<Diagnostic> _diagnostics = [];

    public ResourceAddress Address { get; } = address;

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Where the connection's objects live that do not say it, as the database that a MySQL connection names; null where there is no such place, or it is a fixed one.</summary>
    public string? DefaultSchema { get; init; }

    /// <summary>For references that users write as an address, <c>postgres_table.users</c>.</summary>
    public JsonObject? ConfigOf(string otherAddress) => configOf(otherAddress);

    public void Error(string code, AttributePath attribute, string summary, string? detail = null) =>
        _diagnostics.Add(Diagnostic.Error(code, summary, detail) with { Address = Address.ToString(), Attribute = attribute });

    public void Warning(string code, AttributePath attribute, string summary, string? detail = null) =>
        _diagnostics.Add(Diagnostic.Warning(code, summary, detail) with { Address = Address.ToString(), Attribute = attribute });
}
