using static Kolumn.Compliance.Rules.ComplianceLevel;
using static Kolumn.Compliance.Rules.Requirement;

namespace Kolumn.Compliance.Rules;

// About what only some providers have.
public static partial class RuleTable
{
    // State and drift.
    public static Rule StateEmpty { get; } = new(
        "state.empty", "8.2", Must, Full,
        "answers GetState with an empty state before there is one",
        "GetState on a fresh process.",
        "Start with a state without resources, not with null");

    public static Rule StateReturns { get; } = new(
        "state.returns", "8.2", Must, Full,
        "answers GetState with what SetState brought",
        "Both, with members and times that it cannot know.",
        "Keep the whole state, free members included");

    public static Rule StateRefuses { get; } = new(
        "state.refuses", "8.2", Must, Full,
        "refuses null for a state and a format of the future, and keeps what it has",
        "SetState with null, and with version 99.0.0.",
        "Compare versions as numbers, not as texts");

    public static Rule StateOld { get; } = new(
        "state.serial", "8.2", Should, Full,
        "refuses a state that is older than the one it has",
        "SetState with a smaller `metadata.serial` of the same `lineage`.",
        "Compare serials: two writers may have read the same state");

    public static Rule StateFollows { get; } = new(
        "state.follows", "8.1", Should, Full,
        "has in its state what it applied",
        "GetState after Apply.",
        "Record every result in the state");

    public static Rule ValidatesState { get; } = new(
        "state.validates", "3.3", Must, Full,
        "finds the faults of a state, and none in a sound one",
        "ValidateState of an empty state and of one with an unknown type.",
        "Answer `success: true` with `valid` and `errors`: that a state is wrong is no failure of looking at it");

    public static Rule DriftInSync { get; } = new(
        "drift.in_sync", "3.3, functions: DetectDrift", Must, Full,
        "sees no drift right after an apply",
        "DetectDrift with the states that Apply answered.",
        "Compare in the spelling of the catalog, without computed attributes");

    public static Rule DriftSees { get; } = new(
        "drift.sees", "3.3, functions: DetectDrift", Must, Full,
        "sees that a resource was changed",
        "DetectDrift with the states from before a change: `drifted`, with changes.",
        "Compare `managed_state` with what exists");

    public static Rule DriftMissing { get; } = new(
        "drift.missing", "3.3, functions: DetectDrift", Must, Full,
        "sees that a resource is gone",
        "DetectDrift after the delete: `missing`.",
        "A recorded resource that does not exist is `missing`, and drift");

    // The audit log and batches.
    public static Rule Audit { get; } = new(
        "audit.records", "3.3, functions: GetAuditLog", Must, Full,
        "records what it changes, newest first, and heeds `limit`",
        "CreateResource, DeleteResource, GetAuditLog.",
        "Write the entry in the transaction of the change");

    public static Rule BatchStops { get; } = new(
        "batch.stops", "functions: BatchOperation", Must, Full,
        "stops a sequential batch at the first failure",
        "A batch of a wrong CreateResource and a sound one.",
        "Call nothing after a failure unless `stop_on_error` is false");

    // Transactions.
    public static Rule TransactionRollsBack { get; } = new(
        "transaction.rollback", "3.3, functions: BeginTransaction", Must, Full,
        "undoes what was done in a transaction that is rolled back",
        "BeginTransaction, CreateResource, RollbackTransaction, ReadResource.",
        "Run calls with a `transaction_id` on the connection of that transaction; say `ddl_transactional: false` where the database commits by itself");

    public static Rule TransactionCommits { get; } = new(
        "transaction.commit", "3.3, functions: BeginTransaction", Must, Full,
        "keeps what was done in a transaction that is committed",
        "BeginTransaction, CreateResource, CommitTransaction, ReadResource.",
        "Answer CommitTransaction once the database has");

    public static Rule TransactionFailure { get; } = new(
        "transaction.failure", "3.3, functions: BeginTransaction", Must, Full,
        "takes back only the call that failed",
        "A wrong CreateResource after a sound one, and a commit.",
        "Set a savepoint before each call");

    public static Rule TransactionEnds { get; } = new(
        "transaction.ends", "3.3, functions: BeginTransaction", Must, Full,
        "refuses transactions that have ended, or never were",
        "CommitTransaction twice, ReadResource with an invented id.",
        "Forget the id at the end and refuse it afterwards");

    // Migrations.
    public static Rule MigrationPlans { get; } = new(
        "migration.plan", "3.4, functions: PlanMigration", Must, Full,
        "plans a migration as steps and changes nothing",
        "PlanMigration from nothing to a resource.",
        "Answer at least one step");

    public static Rule MigrationDryRun { get; } = new(
        "migration.dry_run", "3.4, functions: PlanMigration", Must, Full,
        "changes nothing in a dry run",
        "ApplyMigration with `dry_run`.",
        "Heed `options.dry_run`");

    public static Rule MigrationApplies { get; } = new(
        "migration.apply", "3.4, functions: PlanMigration", Must, Full,
        "applies a migration",
        "ApplyMigration and ReadResource.",
        "Answer success only once it is done");

    public static Rule MigrationOnce { get; } = new(
        "migration.once", "3.4, functions: PlanMigration", Must, Full,
        "applies a migration once",
        "The same ApplyMigration again: a success without `executed_steps`.",
        "Keep a ledger in the database");

    public static Rule MigrationRollsBack { get; } = new(
        "migration.rollback", "3.4, functions: PlanMigration", Must, Full,
        "undoes a migration",
        "RollbackMigration and ReadResource.",
        "Keep for each step what undoes it");

    public static Rule MigrationUnknown { get; } = new(
        "migration.unknown", "3.4, functions: PlanMigration", Must, Full,
        "refuses to undo a migration that it never applied",
        "RollbackMigration with an invented id.",
        "Look it up in the ledger");

    // Outboxes.
    public static Rule OutboxHealth { get; } = new(
        "outbox.health", "4.3, 4.5", Must, Full,
        "tells how an outbox is doing in counts that add up, and takes none for a healthy one",
        "OutboxHealthMetrics of a new outbox, and of one that does not exist.",
        "Count in one query; an absent outbox is not healthy");

    public static Rule OutboxCleanup { get; } = new(
        "outbox.cleanup", "4.3, 4.5", Must, Full,
        "says what it would delete, and never deletes what is pending",
        "OutboxCleanupRetention with `dry_run`, and with the status `pending`.",
        "Refuse statuses other than processed and failed");

    public static Rule OutboxLoad { get; } = new(
        "outbox.load", "4.3, 4.5", Must, Full,
        "measures and cleans outboxes many times at once",
        "32 calls at once.",
        "Delete in batches, each a transaction of its own");

    public static Rule OutboxEvents { get; } = new(
        "outbox.events", "4.3, 4.5, protocol: While it serves", Must, Full,
        "hands out every event, those of one key in their order, and counts them truly meanwhile",
        "A migration writes 200 events of 10 keys; two relays exchange them until nothing is pending, while three others measure the outbox and one cleans it. For providers with the capability `outbox_relay` and ApplyMigration.",
        "Hold a key for one relay at a time, hand out its events by position, and count in one snapshot");
}
