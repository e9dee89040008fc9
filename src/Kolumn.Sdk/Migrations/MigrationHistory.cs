using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Migrations;

/// <summary>PlanMigration for many at once: what the ledger knows of those that are asked about, and of all others. Nothing is planned; one query answers.</summary>
internal sealed class MigrationHistory<TSession>(ResourceTypes<TSession> types, IMigrationLedger<TSession> store)
    where TSession : IProviderSession
{
    public async Task<MigrationPlanResponse> ReadAsync(IReadOnlyList<MigrationRequest> asked, Call<TSession> call, CancellationToken cancellationToken)
    {
        await using var lease = await call.OpenAsync(SessionMode.Read, null, cancellationToken);
        var records = (await store.FindAsync(lease.Session, cancellationToken)).Exists ? await store.ListAsync(lease.Session, cancellationToken) : [];
        var checksums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var request in asked)
        {
            checksums[request.MigrationId] = MigrationChecks.ChecksumOf(request, types.FullName);
        }

        var known = records.Select(r => r.MigrationId).ToHashSet(StringComparer.Ordinal);
        return new MigrationPlanResponse
        {
            Success = true,
            History =
            [
                .. records.Select(r => EntryOf(r, checksums.GetValueOrDefault(r.MigrationId))),
                .. checksums.Where(c => !known.Contains(c.Key)).Select(c => new MigrationHistoryEntry { MigrationId = c.Key, Status = MigrationStatuses.Pending, Checksum = c.Value }),
            ],
        };
    }

    /// <param name="checksum">Of the one that was asked about; null: it was not.</param>
    private static MigrationHistoryEntry EntryOf(MigrationRecord record, string? checksum) => new()
    {
        MigrationId = record.MigrationId,
        Description = record.Description,
        Status = record.Status,
        Checksum = record.Checksum,
        HasChanged = record.Status == MigrationStatuses.Applied && checksum is not null && checksum != record.Checksum,
        ChangedAt = record.ChangedAt,
        DurationMs = record.DurationMs,
        Actor = record.Actor,
        Error = record.Error,
    };
}
