using Kolumn.Protocol;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Migrations;

/// <summary>
/// Copies rows away before a step loses them, and puts them back. Nothing is believed: a copy is counted and summed up against
/// its original before the step, against the ledger before it is used, and against the table after it was put back.
/// </summary>
internal sealed class RowBackups<TSession>(IMigrationStore<TSession> store)
    where TSession : IProviderSession
{
    /// <summary>Why the loss could not be made good from a copy; null when it could.</summary>
    public async Task<Diagnostic?> FaultOfAsync(TSession session, RowLoss loss, CancellationToken cancellationToken)
    {
        if (loss.Table is null)
        {
            return Fault("it cannot be told which rows a step loses, so they cannot be backed up", "Write the step so that it names each table, or migrate without a backup.");
        }

        return await store.FindTableAsync(session, loss.Table, cancellationToken) switch
        {
            null => null, // Not there yet, or not any more: the step itself says what it thinks of that.
            { Key.Count: 0 } when loss.Kind != RowLossKind.Table =>
                Fault($"table {loss.Table} has no primary key, so rows of a backup could not be told apart", "Give it one, or migrate without a backup."),
            { Followers.Count: > 0, Followers: var followers } when loss.Kind == RowLossKind.Rows => Fault(
                $"deleting rows of {loss.Table} changes {string.Join(", ", followers)} too, which the backup would not hold", "Delete those rows by a step of their own first, or migrate without a backup."),
            _ => null,
        };
    }

    /// <returns>null when there is nothing to copy: no such table, or a column whose values are computed.</returns>
    public async Task<RowBackup?> TakeAsync(TSession session, RowLoss loss, CancellationToken cancellationToken)
    {
        if (await store.FindTableAsync(session, loss.Table!, cancellationToken) is not { } table)
        {
            return null;
        }

        var columns = loss.Kind == RowLossKind.Columns ? [.. table.Key, .. loss.Columns.Select(table.ColumnOf).OfType<string>().Except(table.Key)] : table.Columns;
        if (columns.Count == table.Key.Count && loss.Kind == RowLossKind.Columns)
        {
            return null;
        }

        var place = store.OwnTable($"backup_{Guid.CreateVersion7():N}");
        var rows = $"SELECT {QuoteAll(columns)} FROM {table.Name}";
        await session.ExecuteAsync([.. store.Guard(table), new Statement($"CREATE TABLE {place} AS {rows}")], cancellationToken);
        var original = await store.DigestAsync(session, rows, cancellationToken);
        var backup = new RowBackup { Table = table.Name, Place = place, Kind = loss.Kind, Columns = columns, Key = table.Key, Rows = original.Rows, Sum = original.Sum };
        await VerifyAsync(session, backup, cancellationToken);
        return backup;
    }

    /// <summary>Keeps of the copy only what the step has deleted, so that rows that stayed are not put back over later changes.</summary>
    public async Task<RowBackup> TrimAsync(TSession session, RowBackup backup, CancellationToken cancellationToken)
    {
        if (backup.Kind != RowLossKind.Rows)
        {
            return backup;
        }

        await session.ExecuteAsync(
            [new Statement(store.Dialect.Delete(backup.Place, "kept", $"EXISTS (SELECT 1 FROM {backup.Table} AS target WHERE {SameKey(backup)})"))], cancellationToken);
        var rest = await store.DigestAsync(session, All(backup), cancellationToken);
        return backup with { Rows = rest.Rows, Sum = rest.Sum };
    }

    /// <exception cref="ProviderException">The copy is gone, or is not what was copied.</exception>
    public async Task VerifyAsync(TSession session, RowBackup backup, CancellationToken cancellationToken)
    {
        if (await store.FindTableAsync(session, backup.Place, cancellationToken) is null)
        {
            throw new ProviderException(Fault($"the backup {backup.Place} of {backup.Table} is gone", "Nothing was changed. Without it the rows cannot be put back."));
        }

        if (await store.DigestAsync(session, All(backup), cancellationToken) != new RowDigest(backup.Rows, backup.Sum))
        {
            throw new ProviderException(Fault($"the backup {backup.Place} does not hold the {backup.Rows} rows that were in {backup.Table}", "Nothing was changed."));
        }
    }

    /// <exception cref="ProviderException">The rows cannot be put back, or are not what they were.</exception>
    public async Task RestoreAsync(TSession session, RowBackup backup, CancellationToken cancellationToken)
    {
        var columns = QuoteAll(backup.Columns);
        if (backup.Kind == RowLossKind.Columns)
        {
            var values = backup.Columns.Except(backup.Key, StringComparer.Ordinal).Select(Quote).Select(c => (c, $"kept.{c}"));
            await session.ExecuteAsync([new Statement(store.Dialect.UpdateFrom($"{backup.Table} AS target", "target", $"{backup.Place} AS kept", values, SameKey(backup)))], cancellationToken);
            var brought = await store.DigestAsync(session, $"SELECT {Of(backup, "target")} FROM {backup.Table} AS target JOIN {backup.Place} AS kept ON {SameKey(backup)}", cancellationToken);
            var kept = await store.DigestAsync(session, $"SELECT {Of(backup, "kept")} FROM {backup.Table} AS target JOIN {backup.Place} AS kept ON {SameKey(backup)}", cancellationToken);
            Require(brought == kept, backup);
            return;
        }

        if (await store.AskAsync(session, Present(backup), cancellationToken) is { } count && count != "0")
        {
            throw new ProviderException(Fault(
                $"rows were written to {backup.Table} since, where those of {backup.Place} belong", "Nothing was changed. Move them out of the way, or merge the two tables by hand."));
        }

        await session.ExecuteAsync([new Statement($"INSERT INTO {backup.Table} ({columns}) {store.InsertAsIs} SELECT {columns} FROM {backup.Place}")], cancellationToken);
        var mine = backup.Key.Count == 0 ? "" : $" WHERE EXISTS (SELECT 1 FROM {backup.Place} AS kept WHERE {SameKey(backup)})";
        Require(await store.DigestAsync(session, $"SELECT {Of(backup, "target")} FROM {backup.Table} AS target{mine}", cancellationToken) == new RowDigest(backup.Rows, backup.Sum), backup);
    }

    public static Statement Drop(RowBackup backup) => new($"DROP TABLE IF EXISTS {backup.Place}");

    private string All(RowBackup backup) => $"SELECT {QuoteAll(backup.Columns)} FROM {backup.Place}";

    private string Of(RowBackup backup, string table) => string.Join(", ", backup.Columns.Select(c => $"{table}.{Quote(c)}"));

    private string SameKey(RowBackup backup) => string.Join(" AND ", backup.Key.Select(Quote).Select(k => $"target.{k} = kept.{k}"));

    private string Quote(string name) => SqlIdentifier.Quote(name, store.Dialect);

    private string QuoteAll(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    // Without a key there is no telling which rows are in the way: any is.
    private string Present(RowBackup backup) => backup.Key.Count == 0
        ? $"SELECT count(*) FROM {backup.Table}"
        : $"SELECT count(*) FROM {backup.Table} AS target JOIN {backup.Place} AS kept ON {SameKey(backup)}";

    private static void Require(bool same, RowBackup backup)
    {
        if (!same)
        {
            throw new ProviderException(Fault($"{backup.Table} does not hold what it held, after {backup.Place} was put back", "Nothing was changed. A trigger of the table may have interfered."));
        }
    }

    private static Diagnostic Fault(string summary, string detail) => Diagnostic.Error(DiagnosticCodes.Operation, summary, detail);
}
