namespace Kolumn.Compliance.Tests;

/// <summary>Each defect is found, by the rule that is about it. About drift, the audit log, batches, transactions, migrations and outboxes.</summary>
public sealed class TierDefectTests
{
    [Theory]
    [InlineData("drift-is-not-seen", "drift.sees")]
    [InlineData("drift-is-not-seen", "drift.missing")]
    [InlineData("drift-is-everywhere", "drift.in_sync")]
    [InlineData("audit-ignores-limits", "audit.records")]
    [InlineData("audit-forgets-deletes", "audit.records")]
    [InlineData("batches-go-on", "batch.stops")]
    [InlineData("rollback-commits", "transaction.rollback")]
    [InlineData("commit-rolls-back", "transaction.commit")]
    [InlineData("transactions-are-ignored", "transaction.ends")]
    [InlineData("a-failure-ends-the-transaction", "transaction.failure")]
    [InlineData("migrations-have-no-steps", "migration.plan")]
    [InlineData("dry-runs-are-wet", "migration.dry_run")]
    [InlineData("migrations-are-always-dry", "migration.apply")]
    [InlineData("migrations-do-not-go-back", "migration.rollback")]
    [InlineData("unknown-migrations-go-back", "migration.unknown")]
    [InlineData("outbox-cannot-add", "outbox.health")]
    [InlineData("absent-outboxes-are-healthy", "outbox.health")]
    [InlineData("outbox-loses-events", "outbox.events")]
    [InlineData("outbox-turns-events-round", "outbox.events")]
    [InlineData("outbox-miscounts-under-load", "outbox.events")]
    [InlineData("outbox-deletes-what-is-pending", "outbox.cleanup")]
    public Task Verify_Defect_IsFoundByItsRule(string defect, string rule, string? tried = null) => Verified.FindsAsync(defect, rule, tried ?? rule);
}
