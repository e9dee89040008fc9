namespace Kolumn.Sdk.Migrations;

/// <summary>What a provider's ledger can do beside remembering.</summary>
internal sealed class MigrationMeans<TSession>(IMigrationLedger<TSession> ledger)
    where TSession : IProviderSession
{
    public IMigrationLedger<TSession> Ledger => ledger;

    /// <summary>null: a migration is one transaction, and happens as a whole or not at all.</summary>
    public IMigrationJournal<TSession>? Journal { get; } = ledger as IMigrationJournal<TSession>;

    /// <summary>null: the database has none.</summary>
    public IMigrationStore<TSession>? Tables { get; } = ledger as IMigrationStore<TSession>;

    /// <summary>null: the database has none.</summary>
    public IBatchedMigrations<TSession>? Documents { get; } = ledger as IBatchedMigrations<TSession>;

    /// <summary>null where there are no tables.</summary>
    public RowBackups<TSession>? Backups { get; } = ledger is IMigrationStore<TSession> tables ? new RowBackups<TSession>(tables) : null;
}
