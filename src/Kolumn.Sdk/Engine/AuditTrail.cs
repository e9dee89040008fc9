using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Keeps the record of changes for one configured connection. Whether there is a place for it is asked once; from then on a call
/// that changes something costs one statement more, in the same transaction.
/// </summary>
/// <param name="store">null when the provider keeps no record, or was told to keep none.</param>
/// <param name="source">The provider and its version.</param>
/// <param name="isAtomic">Whether a change and its entry happen together. Where they cannot, the change stands whether it is recorded or not.</param>
internal sealed class AuditTrail<TSession>(IAuditStore<TSession>? store, string source, bool isAtomic, SecretScrubber scrubber, TimeProvider time)
    where TSession : IProviderSession
{
    private const int MaxChanges = 50;
    private const int MaxErrorLength = 500;

    private volatile bool _exists;

    public AuditEntry Succeeded(PlannedWork<TSession> work) => EntryOf(work, "success");

    public AuditEntry Failed(PlannedWork<TSession> work, Diagnostic failure) =>
        WithFailure(EntryOf(work, "failure"), failure, work.Redact(scrubber.Scrub(failure.Summary)));

    /// <param name="action">One of <see cref="MigrationActions"/>.</param>
    /// <param name="failure">null when it succeeded.</param>
    public AuditEntry Migrated(string migrationId, string action, int statements, IEnumerable<string> hazards, Diagnostic? failure)
    {
        var details = new JsonObject { ["statements"] = statements };
        if (hazards.Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } named)
        {
            details["hazards"] = new JsonArray([.. named.Select(h => (JsonNode)h)]);
        }

        var entry = EntryOf("migration", new ResourceAddress("migration", migrationId).ToString(), action, failure is null ? "success" : "failure", details);
        return failure is null ? entry : WithFailure(entry, failure, scrubber.Scrub(failure.Summary));
    }

    /// <returns>A warning when nothing can be kept.</returns>
    /// <exception cref="ProviderException">The database refuses, or was lost, and with the entry the change is undone.</exception>
    public async Task<Diagnostic?> RecordAsync(TSession session, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        if (store is null || entries.Count == 0)
        {
            return null;
        }

        try
        {
            IReadOnlyList<Statement> statements = [store.Append(entries)];
            if (!_exists)
            {
                var place = await store.FindAsync(session, cancellationToken);
                if (place.Obstacle is not null)
                {
                    return place.Obstacle;
                }

                statements = place.Exists ? statements : [.. store.Create, .. statements];
            }

            await session.ExecuteAsync(statements, cancellationToken);
        }
        catch (ProviderException refused)
        {
            // Somebody may have taken the place away: the next call looks again.
            _exists = false;
            if (!isAtomic)
            {
                return refused.Diagnostic with
                {
                    Severity = Severity.Warning,
                    Summary = $"the audit entry could not be written: {refused.Diagnostic.Summary}",
                    Detail = $"What was changed stays changed. {refused.Diagnostic.Detail}".TrimEnd(),
                };
            }

            throw new ProviderException(
                refused.Diagnostic with
                {
                    Summary = $"the audit entry could not be written: {refused.Diagnostic.Summary}",
                    Detail = "Nothing was changed. Apply again, or set audit = false in the provider block to do without the record.",
                },
                refused);
        }

        return null;
    }

    /// <summary>Called when what <see cref="RecordAsync"/> wrote has been committed.</summary>
    public void Committed(int entryCount) => _exists |= store is not null && entryCount > 0;

    /// <summary>Of something that no plan made.</summary>
    /// <param name="target">The address with the full type.</param>
    public AuditEntry Of(string target, string action, JsonObject details) => EntryOf("resource_change", target, action, "success", details);

    private AuditEntry EntryOf(PlannedWork<TSession> work, string outcome)
    {
        var details = new JsonObject { ["identity"] = work.Prepared.Identity };
        if (work.Changes is { Count: > 0 } changes)
        {
            details["changes"] = new JsonArray([.. changes.Keys.Take(MaxChanges).Select(c => (JsonNode)c)]);
        }

        if (work.QuarantineId is { } id)
        {
            details["quarantine_id"] = id;
        }

        if (work.Statements is not null)
        {
            details["statements"] = work.AllStatements.Count();
        }

        if (work.Hazards.Select(h => h.Name).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } hazards)
        {
            details["hazards"] = new JsonArray([.. hazards.Select(h => (JsonNode)h)]);
        }

        return EntryOf("resource_change", work.FullAddress, work.Action, outcome, details);
    }

    private AuditEntry EntryOf(string type, string target, string action, string outcome, JsonObject details) => new()
    {
        EventId = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
        EventType = type,
        Timestamp = time.GetUtcNow(),
        Actor = Environment.UserName,
        Source = source,
        Target = target,
        Action = action,
        Outcome = outcome,
        Details = details,
        RequestTrace = RequestScope.RequestId,
    };

    private static AuditEntry WithFailure(AuditEntry entry, Diagnostic failure, string error)
    {
        entry.Details["code"] = failure.Code;
        entry.Details["error"] = error.Length <= MaxErrorLength ? error : error[..MaxErrorLength] + "…";
        if (failure.EngineCode is { } engineCode)
        {
            entry.Details["engine_code"] = engineCode;
        }

        return entry;
    }
}
