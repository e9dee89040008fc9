using System.Text.Json;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Migrations;

/// <summary>What the database knows of migrations, for one call.</summary>
internal sealed class MigrationLedger<TSession>(IMigrationLedger<TSession> store, string source, SecretScrubber scrubber, TimeProvider time)
    where TSession : IProviderSession
{
    private const int MaxErrorLength = 500;

    /// <summary>Reads without leaving a trace.</summary>
    public async Task<MigrationRecord?> FindAsync(TSession session, string migrationId, CancellationToken cancellationToken) =>
        (await store.FindAsync(session, cancellationToken)).Exists ? await store.ReadAsync(session, migrationId, cancellationToken) : null;

    /// <summary>Waits for its turn and makes the ledger where there is none; until the end of the session nobody else migrates.</summary>
    /// <exception cref="ProviderException">Somebody else migrates, or the ledger cannot be written.</exception>
    public async Task<MigrationRecord?> EnterAsync(TSession session, string migrationId, CancellationToken cancellationToken)
    {
        await store.TakeTurnAsync(session, cancellationToken);
        var place = await store.FindAsync(session, cancellationToken);
        if (place.Obstacle is { } obstacle)
        {
            throw new ProviderException(obstacle with { Severity = Severity.Error });
        }

        if (place.Exists)
        {
            return await store.ReadAsync(session, migrationId, cancellationToken);
        }

        await session.ExecuteAsync(store.Create, cancellationToken);
        return null;
    }

    public Task SaveAsync(
        TSession session, MigrationRequest request, string checksum, string status, IReadOnlyList<LedgerStep> steps, TimeSpan duration, Diagnostic? failure, CancellationToken cancellationToken) =>
        session.ExecuteAsync([SaveStatement(request, checksum, status, steps, duration, failure)], cancellationToken);

    public Statement SaveStatement(MigrationRequest request, string checksum, string status, IReadOnlyList<LedgerStep> steps, TimeSpan duration, Diagnostic? failure) => store.Save(new MigrationRecord
    {
        MigrationId = request.MigrationId,
        Description = request.Description ?? "",
        Checksum = checksum,
        Status = status,
        Steps = LedgerStep.Write(steps),
        ChangedAt = time.GetUtcNow(),
        DurationMs = (long)duration.TotalMilliseconds,
        Actor = Environment.UserName,
        Source = source,
        Error = failure is null ? null : Shorten(scrubber.Scrub(failure.ToString())),
    });

    /// <summary>The steps of a migration, or of its rollback, that has begun and is not at its end; empty for one that never leaves anything half done.</summary>
    /// <exception cref="ProviderException">As of <see cref="StepsOf"/>.</exception>
    public static IReadOnlyList<LedgerStep> Begun(MigrationRecord? record) =>
        record?.Status is MigrationStatuses.Applying or MigrationStatuses.RollingBack or MigrationStatuses.Failed && StepsOf(record) is var steps && steps.Any(step => step.HasBegun) ? steps : [];

    /// <exception cref="ProviderException">Somebody has written something else into the ledger.</exception>
    public static IReadOnlyList<LedgerStep> StepsOf(MigrationRecord record)
    {
        try
        {
            return LedgerStep.Read(record.Steps);
        }
        catch (JsonException damaged)
        {
            throw new ProviderException(
                Diagnostic.Error(DiagnosticCodes.State, $"the ledger's entry for migration {record.MigrationId} cannot be read", $"{damaged.Message} Nothing was changed."), damaged);
        }
    }

    private static string Shorten(string text) => text.Length <= MaxErrorLength ? text : text[..MaxErrorLength] + "…";
}
