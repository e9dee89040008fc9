using Kolumn.Protocol;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk;

/// <summary>What a database remembers of migrations, in itself.</summary>
public interface IMigrationLedger<in TSession>
    where TSession : IProviderSession
{
    /// <summary>What makes the ledger; run once, ahead of the first entry.</summary>
    IReadOnlyList<Statement> Create { get; }

    /// <summary>Keeps two migrations from running at once, until the end of the session.</summary>
    /// <exception cref="ProviderException">Somebody else migrates, which may be tried again; or the database refuses.</exception>
    Task TakeTurnAsync(TSession session, CancellationToken cancellationToken);

    /// <summary>Whether there is a ledger, and what keeps this user from making it or writing there.</summary>
    Task<LedgerPlace> FindAsync(TSession session, CancellationToken cancellationToken);

    /// <summary>What is known of a migration; null when nothing is. Called only when there is a ledger.</summary>
    Task<MigrationRecord?> ReadAsync(TSession session, string migrationId, CancellationToken cancellationToken);

    /// <summary>Everything that is known, the last changed last; <see cref="MigrationRecord.Steps"/> may be left empty. Called only when there is a ledger.</summary>
    Task<IReadOnlyList<MigrationRecord>> ListAsync(TSession session, CancellationToken cancellationToken);

    /// <summary>Replaces what is known of the migration.</summary>
    Statement Save(MigrationRecord record);

    /// <summary>The first value of a query as text; null for none.</summary>
    /// <exception cref="ProviderException">The database refuses.</exception>
    Task<string?> AskAsync(TSession session, string query, CancellationToken cancellationToken);
}

/// <summary>
/// What the migration functions need of a database with tables beyond its sessions: a ledger, written by the
/// transaction that migrates, and the copying of rows. Where changes of objects are not transactional the store is an <see cref="IMigrationJournal{TSession}"/> too.
/// </summary>
public interface IMigrationStore<in TSession> : IMigrationLedger<TSession>
    where TSession : IProviderSession
{
    SqlDialect Dialect { get; }

    /// <summary>What keeps two migrations from running at once, until the end of the session; null where a writing session does by itself.</summary>
    Statement? Lock { get; }

    /// <summary>Stands between an INSERT's columns and its rows, so that values are taken as they are: <c>OVERRIDING SYSTEM VALUE</c>.</summary>
    string InsertAsIs { get; }

    /// <summary>How an identity of a resource type with rows is written in a statement.</summary>
    string Spell(string identity);

    /// <summary>null when there is no such table.</summary>
    /// <param name="name">As a statement spells it.</param>
    Task<RowTable?> FindTableAsync(TSession session, string name, CancellationToken cancellationToken);

    /// <summary>How a table of Kolumn's own is written in a statement.</summary>
    /// <param name="name">Letters, digits and underscores.</param>
    string OwnTable(string name);

    /// <summary>What keeps others from writing to the table until the end of the session.</summary>
    IReadOnlyList<Statement> Guard(RowTable table);

    /// <summary>How many rows a query finds, and a sum over their values that does not depend on their order.</summary>
    Task<RowDigest> DigestAsync(TSession session, string query, CancellationToken cancellationToken);

    Task IMigrationLedger<TSession>.TakeTurnAsync(TSession session, CancellationToken cancellationToken) =>
        Lock is { } turn ? session.ExecuteAsync([turn], cancellationToken) : Task.CompletedTask;
}

/// <summary>
/// A ledger in a database that commits every change of an object by itself. It is a journal there: it says before each statement that it comes and
/// after it that it has been, in the statement's own transaction where that can be.
/// </summary>
public interface IMigrationJournal<in TSession> : IMigrationLedger<TSession>
    where TSession : IProviderSession
{
    /// <summary>Whether the statement ends the transaction that it runs in.</summary>
    bool CommitsByItself(string statement);

    /// <summary>Everything that <paramref name="work"/> runs takes effect together, or nothing of it.</summary>
    /// <exception cref="ProviderException">Of the work, or the database was lost.</exception>
    Task TogetherAsync(TSession session, Func<Task> work, CancellationToken cancellationToken);

    /// <summary>A text that changes whenever an object of the database does: it tells whether a statement that nobody knows the end of has taken effect.</summary>
    Task<string> FingerprintAsync(TSession session, CancellationToken cancellationToken);
}

/// <param name="Obstacle">Why nothing can be written. null when it can.</param>
public sealed record LedgerPlace(bool Exists, Diagnostic? Obstacle = null);

/// <summary>One migration as the ledger knows it.</summary>
public sealed record MigrationRecord
{
    public required string MigrationId { get; init; }

    public required string Description { get; init; }

    public required string Checksum { get; init; }

    /// <summary>One of <see cref="Kolumn.Protocol.Payloads.MigrationStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>JSON: what was done and what undoes it.</summary>
    public required string Steps { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    public required long DurationMs { get; init; }

    /// <summary>The user that Kolumn ran as.</summary>
    public required string Actor { get; init; }

    /// <summary>The provider and its version.</summary>
    public required string Source { get; init; }

    public string? Error { get; init; }
}

/// <param name="Name">Qualified and quoted.</param>
/// <param name="Columns">Those that can be written to, not quoted.</param>
/// <param name="Key">The columns of the primary key; none: it has no key.</param>
/// <param name="Followers">Tables that lose rows or values when this one loses rows.</param>
public sealed record RowTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Key, IReadOnlyList<string> Followers)
{
    /// <summary>How many rows it holds, as the database knows without counting; null where it does not know.</summary>
    public long? EstimatedRows { get; init; }

    /// <summary>The column of that name, in any case where none is of that very one.</summary>
    internal string? ColumnOf(string name) => Columns.FirstOrDefault(c => c == name) ?? Columns.FirstOrDefault(c => c.Equals(name, StringComparison.OrdinalIgnoreCase));
}

public sealed record RowDigest(long Rows, string Sum);
