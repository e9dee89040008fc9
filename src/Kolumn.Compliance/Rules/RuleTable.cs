using static Kolumn.Compliance.Rules.ComplianceLevel;
using static Kolumn.Compliance.Rules.Requirement;

namespace Kolumn.Compliance.Rules;

/// <summary>Every rule there is: docs/verify.md is made from this table.</summary>
public static class RuleTable
{
    // The process.
    public static Rule Starts { get; } = new(
        "launch.starts", "protocol: Handshake", Must, Core,
        "starts, prints its handshake line and answers on what it says, in time",
        "It is launched as a host launches it.",
        "Print one line `1|1|tcp|127.0.0.1:PORT|grpc|CERTIFICATE` on stdout once you listen, and serve the health service or the four methods there");

    public static Rule QuietStart { get; } = new(
        "launch.stdout", "protocol: Handshake", Should, Certified,
        "writes nothing on stdout before its handshake line",
        "Its stdout is read from the first byte.",
        "stdout belongs to the handshake: log on stderr");

    public static Rule Lives { get; } = new(
        "survive.lives", "protocol: Two ways to fail", Must, Core,
        "answers every call, and lives on after each",
        "After every call of every other rule: the process is there and was not stopped for want of an answer.",
        "Answer every request within its limit, and let no request end the process: catch at the boundary of the call");

    // The schema.
    public static Rule SchemaAnswers { get; } = new(
        "schema.answers", "2.3, 7.1", Must, Core,
        "answers Schema before Configure, with `name`, `version` and `resource_types`",
        "Schema is the first call.",
        "Schema describes the provider and needs no database: answer it at any time");

    public static Rule SchemaTypes { get; } = new(
        "schema.types", "7.2, 7.3", Must, Core,
        "describes each resource type once, with attributes whose types and validators exist",
        "Names, attribute types, element types and validators of every `config_schema` and `state_schema` are looked at.",
        "Types of attributes are string, int, number, bool, list, map, object and any; validators regex, enum, range and length");

    public static Rule SchemaStable { get; } = new(
        "schema.stable", "2.3", Must, Core,
        "answers the same schema whenever it is asked",
        "Schema is asked twice before Configure and once after it.",
        "Build the schema from the registered handlers alone");

    public static Rule SchemaSensitive { get; } = new(
        "schema.sensitive", "7.3, 10.1", Should, Full,
        "marks attributes that hold passwords, tokens and keys as `sensitive`",
        "Attributes whose names say so are looked at.",
        "Set `sensitive: true`: only then hosts keep the value out of plans, logs and states");

    public static Rule SchemaConfig { get; } = new(
        "schema.config", "11.1", Should, Full,
        "says in `config_schema` what its configuration takes",
        "The member is there.",
        "Describe the provider block's attributes, so that mistakes are found before a connection is tried");

    // Configure.
    public static Rule ConfigureAccepts { get; } = new(
        "configure.accepts", "2.2", Must, Core,
        "accepts the author's configuration",
        "Configure gets `config` of verify.json. A refusal in the payload is the configuration's fault and ends the verification; anything else is the provider's.",
        "Answer `success: true`, or `success: false` with an `error` that says what is wrong with the configuration");

    public static Rule ConfigureValidates { get; } = new(
        "configure.validates", "2.2", Must, Core,
        "refuses a configuration that lacks what is required or has it in another type, and says why",
        "One attribute after the other is left out, or replaced by a list of lists, in a process of its own.",
        "Check the configuration before you connect, and answer `success: false` with an `error` that names the attribute");

    public static Rule ConfigureAgain { get; } = new(
        "configure.again", "2.2", Must, Full,
        "can be configured again",
        "Configure is called twice, and the provider used after it.",
        "Close the old connections once the new ones stand");

    public static Rule NeedsConfiguration { get; } = new(
        "configure.needed", "2.2", Must, Core,
        "refuses functions that need a database before Configure, and answers Version and Ping",
        "ReadResource, Version and Ping are called on a process that was not configured.",
        "Answer FAILED_PRECONDITION, or `success: false` with `CONNECTION_ERROR`; Ping says `success: false`");

    // Dispatch.
    public static Rule Advertises { get; } = new(
        "functions.resource", "3.2", Must, Core,
        "has CreateResource, ReadResource, UpdateResource, DeleteResource and DiscoverResources",
        "`supported_functions` is read.",
        "List exactly the functions that you route in `supported_functions`; these five are what a host builds everything else from");

    public static Rule ProfileFunctions { get; } = new(
        "functions.profile", "3, 14, appendix A", Must, Certified,
        "has every function that its profile demands",
        "`supported_functions` is compared with the table of the specification.",
        "Implement the function, or be content with the level Full");

    public static Rule ProfileTypes { get; } = new(
        "types.profile", "14", Must, Certified,
        "has every resource type that its profile demands",
        "`resource_types` is compared with the list of the specification.",
        "Implement the type; where the database has no such thing, say so under `skip` in verify.json");

    public static Rule Routes { get; } = new(
        "functions.routed", "2.4", Must, Core,
        "routes every function that it advertises",
        "Each is called with an empty object: anything but \"unsupported\" will do.",
        "Take it off `supported_functions`, or route it");

    public static Rule Unadvertised { get; } = new(
        "functions.unadvertised", "2.4", Must, Full,
        "answers no function of the specification that it does not advertise",
        "Each of them is called with an empty object.",
        "Add it to `supported_functions`, or refuse it with UNIMPLEMENTED");

    public static Rule UnknownFunction { get; } = new(
        "functions.unknown", "2.4", Must, Core,
        "refuses an unknown function with `unsupported function: NAME`",
        "Functions that do not exist are called, among them names in another case and with blanks.",
        "Fail with the status UNIMPLEMENTED and that message");

    // Answers.
    public static Rule Envelope { get; } = new(
        "answer.envelope", "9.3", Must, Core,
        "answers every function with a JSON object that says `success`",
        "Every answer of every other rule.",
        "Write `success` as true or false into every response; a response is one JSON object without duplicate members");

    public static Rule SaysWhy { get; } = new(
        "answer.error", "9.3", Must, Core,
        "says in `error` why it refused",
        "Every refusal of every other rule.",
        "Never answer `success: false` without an `error` for people");

    public static Rule ErrorCode { get; } = new(
        "answer.code", "9.2", Should, Full,
        "puts one of the five categories into `code` of a refusal",
        "Every refusal of every other rule.",
        "VALIDATION_ERROR, CONNECTION_ERROR, OPERATION_ERROR, STATE_ERROR or PERMISSION_ERROR");

    public static Rule Ping { get; } = new(
        "ping.answers", "3.2, 5.5", Must, Full,
        "answers Ping with `success` and `latency_ms`",
        "Ping is called on a configured provider.",
        "Make one round trip to the database and say how long it took");

    public static Rule Version { get; } = new(
        "version.agrees", "3.2, 5.5", Must, Full,
        "answers Version with the name and version that its schema says",
        "Both are compared.",
        "Take both from one place");

    // Single resources.
    public static Rule ReadAbsent { get; } = new(
        "resource.absent", "5.1", Must, Core,
        "answers ReadResource of what does not exist with `success: true` and `exists: false`",
        "ReadResource of a name that nobody has had, for each type.",
        "That something is not there is no failure of reading it");

    public static Rule Creates { get; } = new(
        "resource.create", "3.2, 5.1", Must, Core,
        "creates a resource, so that ReadResource finds it, and answers its `state`",
        "CreateResource and ReadResource, for each type, with the author's configuration or one made from the schema.",
        "Answer success only once it exists, with the state that a host is to record");

    public static Rule Reads { get; } = new(
        "resource.read", "3.2, 5.1", Must, Core,
        "reads the state that it answered when it created the resource",
        "Both states are compared, without computed and sensitive attributes.",
        "Answer with what exists, in one spelling; mark as `computed` what changes by itself");

    public static Rule TypeSpelling { get; } = new(
        "resource.type_name", "8.1", Must, Core,
        "takes a resource's type with its own name as a prefix and without",
        "ReadResource with `postgres_table` and with `table`.",
        "Look for the name as it is; if nobody has it, take the prefix off and look again");

    public static Rule Discovers { get; } = new(
        "resource.discover", "6.2", Must, Core,
        "discovers what exists of every type that it creates, and nothing that was deleted",
        "DiscoverResources after CreateResource and after DeleteResource, for each type.",
        "Register a discoverer for every type that you register a creator for");

    public static Rule CreatesAgain { get; } = new(
        "resource.create_again", "5.1", Must, Full,
        "leaves a resource as it is that is created once more",
        "The same CreateResource twice: it may succeed or be refused.",
        "Compare with what exists before you create");

    public static Rule Conflict { get; } = new(
        "resource.conflict", "9.4", Must, Full,
        "refuses to create what exists and is something else, and leaves it alone",
        "CreateResource with the fixture's `update` while the resource exists.",
        "Only UpdateResource changes what exists: refuse with VALIDATION_ERROR");

    public static Rule Updates { get; } = new(
        "resource.update", "3.2, 5.1", Must, Core,
        "changes a resource, so that ReadResource finds it changed, and answers its `state`",
        "UpdateResource with the fixture's `update`, and ReadResource.",
        "Answer success only once it is changed, with the state that is there now");

    public static Rule UpdatesAgain { get; } = new(
        "resource.update_again", "5.1", Must, Full,
        "changes nothing when the same update comes again",
        "The same UpdateResource twice.",
        "Compare with what exists before you change; nothing to do is a success");

    public static Rule Deletes { get; } = new(
        "resource.delete", "3.2, 5.1", Must, Core,
        "deletes a resource, so that ReadResource does not find it any more",
        "DeleteResource and ReadResource.",
        "Answer success only once it is gone, or moved into quarantine");

    public static Rule DeletesAgain { get; } = new(
        "resource.delete_again", "5.1", Must, Full,
        "succeeds in deleting what is gone",
        "The same DeleteResource twice.",
        "A host that was interrupted sends a delete again: what is gone is deleted");

    public static Rule Restores { get; } = new(
        "quarantine.restore", "8.3; functions: The quarantine", Must, Full,
        "brings back what it keeps, as it was",
        "CreateResource with the `quarantine_id` that DeleteResource answered, and ReadResource.",
        "Keep the definition and the data with the entry, and answer no `quarantine_id` for what cannot come back");

    public static Rule Purges { get; } = new(
        "quarantine.purge", "8.3; functions: The quarantine", Must, Full,
        "drops what it keeps when it is told to",
        "DeleteResource with a `quarantine_id` and `force`.",
        "Drop the object and its entry");

    // Mistakes of users.
    public static Rule UnknownType { get; } = new(
        "resource.unknown_type", "9.2", Must, Core,
        "refuses a resource type that it does not have",
        "CreateResource, ReadResource and DiscoverResources of a type that does not exist.",
        "Answer `success: false` with VALIDATION_ERROR");

    public static Rule Validates { get; } = new(
        "resource.validates", "7.3, 9.2", Must, Full,
        "refuses a configuration that its own schema does not admit, and creates nothing of it",
        "Configurations with an unknown attribute, without each required one, and with each one in another type.",
        "Check every configuration against the schema before you touch the database, and name the attribute in `error`");

    // Plans and applies.
    public static Rule PlanOrders { get; } = new(
        "plan.order", "3.2, 5.2", Must, Full,
        "puts every resource into `execution_order`, after what it depends on; deletes the other way round",
        "One resource of each type and what they require, in the wrong order, with `depends_on`.",
        "Sort topologically, stably, over `depends_on` and what you know yourself; the elements are addresses, `TYPE.NAME`");

    public static Rule PlanOnlyReads { get; } = new(
        "plan.reads", "3.2", Must, Full,
        "changes nothing when it plans",
        "ReadResource of everything after a Plan.",
        "Plan only reads, or undoes what it tries");

    public static Rule PlanRepeats { get; } = new(
        "plan.repeats", "3.2", Must, Full,
        "answers the same plan to the same request",
        "The same Plan twice: order and `plan_hash` are compared.",
        "Keep clocks, random numbers and hash orders out of the plan");

    public static Rule PlanEmpty { get; } = new(
        "plan.empty", "3.2", Must, Full,
        "plans nothing right after an apply",
        "Plan of the same configurations with the states that Apply answered: every action is `noop` or `read`.",
        "Compare what is wanted with what exists in one spelling: the database's");

    public static Rule PlanChanges { get; } = new(
        "plan.changes", "5.2", Must, Full,
        "plans a changed configuration as `update`, with its `changes`, or as `replace`",
        "Plan of the fixtures' `update`.",
        "List every attribute that differs under `changes`, by its path");

    public static Rule PlanCycle { get; } = new(
        "plan.cycle", "3.2", Must, Full,
        "refuses dependencies that go round in a circle, and names who is on it",
        "Two resources that depend on each other.",
        "Answer VALIDATION_ERROR with all members of the circle");

    public static Rule PlanAction { get; } = new(
        "plan.action", "5.2", Must, Full,
        "refuses an action that does not exist",
        "Plan with the action `frobnicate`.",
        "The actions of a request are create, update and delete");

    public static Rule ApplyCreates { get; } = new(
        "apply.creates", "3.2, 5.2", Must, Full,
        "creates what was planned, with a successful result for each",
        "Apply of the plan, and ReadResource of everything.",
        "Answer one result for each resource, with its state");

    public static Rule ApplyUpdates { get; } = new(
        "apply.updates", "3.2, 5.2", Must, Full,
        "changes what was planned",
        "Apply of the fixtures' `update`, and ReadResource.",
        "Answer success only once it is changed");

    public static Rule ApplyDeletes { get; } = new(
        "apply.deletes", "3.2, 5.2", Must, Full,
        "deletes what was planned",
        "Apply with the action `delete`, and ReadResource.",
        "Answer success only once it is gone");

    public static Rule ApplyAgain { get; } = new(
        "apply.again", "5.2", Must, Full,
        "applies the same once more without changing anything, and counts it as `unchanged`",
        "The same Apply after the first.",
        "Compare with what exists before you change");

    public static Rule ApplySummary { get; } = new(
        "apply.summary", "5.2", Must, Full,
        "counts every resource once in `summary`",
        "`created` + `updated` + `deleted` + `unchanged` + `failed` is how many were asked for.",
        "What was skipped counts as failed too");

    public static Rule ApplyStale { get; } = new(
        "apply.stale", "functions: Plan", Must, Full,
        "refuses to apply a plan that is not the one it would make now",
        "Apply with a `plan_hash` that no plan had; where Plan answers one.",
        "Plan again inside the apply and compare the hashes");

    public static Rule ApplyTruth { get; } = new(
        "apply.truth", "5.2, 9.3", Must, Full,
        "says of an apply that fails what was done and what was not",
        "A sound resource, a wrong one, and one that depends on it: results are compared with what exists.",
        "Write each result after the fact; take back successes when you roll back");

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

    // Hostile requests.
    public static Rule HostileJson { get; } = new(
        "hostile.json", "9.3", Must, Full,
        "refuses a request that is not a JSON object",
        "Half objects, lists, numbers, null, broken UTF-8, in ReadResource, CreateResource, Plan and Configure.",
        "Fail with INVALID_ARGUMENT, or answer `success: false`");

    public static Rule HostileDepth { get; } = new(
        "hostile.depth", "9.3", Must, Full,
        "bears a request that is nested 10,000 levels deep",
        "ReadResource with such a `state`.",
        "Limit the depth of the JSON reader: refuse what is deeper, or read it; either way answer, and go on");

    public static Rule HostileSize { get; } = new(
        "hostile.size", "9.3", Must, Full,
        "bears a request with a name of 4 MiB",
        "ReadResource, and another one after it.",
        "Refuse what is too long, or read it: either way answer, and go on");

    public static Rule HostileDuplicates { get; } = new(
        "hostile.duplicates", "9.3", Should, Certified,
        "refuses a request in which a member occurs twice",
        "ReadResource with two names.",
        "Two readers may take different ones of the two: refuse both");

    public static Rule HostileTypes { get; } = new(
        "hostile.types", "9.3", Must, Full,
        "refuses members of a wrong type",
        "Numbers, objects and lists where texts and objects are expected.",
        "Fail with INVALID_ARGUMENT, or answer `success: false`");

    public static Rule Forgiving { get; } = new(
        "hostile.forgiving", "5", Must, Full,
        "ignores members that it does not know, and takes null for absent",
        "ReadResource, DiscoverResources and Plan as Go writes them, with a member of a later version.",
        "Do not refuse unknown members of requests: hosts get younger than providers");

    public static Rule Injection { get; } = new(
        "hostile.injection", "10.3", Must, Full,
        "takes every text for a text",
        "Every text of every configuration becomes a quote and a statement that drops another resource, which has to be there afterwards.",
        "Quote every name, pass every value as a parameter, and refuse several statements where one is meant");

    // Secrets.
    public static Rule SecretAnswers { get; } = new(
        "secret.answers", "9.1, 10.1", Must, Core,
        "has no secret in any answer",
        "Configure with secrets that were made up, and sensitive attributes of resources: every answer and status message of every other rule is searched for them.",
        "Take sensitive values out of errors, states and plans");

    public static Rule SecretLogs { get; } = new(
        "secret.logs", "10.4", Must, Core,
        "has no secret in anything that it writes",
        "Its stdout and stderr are searched for the same.",
        "Log names of attributes, never values; scrub messages of drivers");

    // Crowds and chaos.
    public static Rule ConcurrentReads { get; } = new(
        "concurrent.reads", "2.4", Must, Full,
        "answers many reads at once",
        "32 ReadResource and DiscoverResources at once.",
        "Guard what calls share; take a connection for each call");

    public static Rule ConcurrentChanges { get; } = new(
        "concurrent.changes", "2.4", Must, Full,
        "makes changes at once, and says truly which were made",
        "8 CreateResource of different resources at once, and ReadResource of each.",
        "Serialize what the database cannot do at once");

    public static Rule Cancels { get; } = new(
        "concurrent.cancel", "2.4", Must, Full,
        "can go on after calls that were called off",
        "CreateResource and DiscoverResources, called off after 0 to 50 ms, then sent again.",
        "Heed the call's cancellation, and roll back what it interrupts");

    public static Rule Burst { get; } = new(
        "chaos.burst", "2.4", Should, Certified,
        "answers 200 calls at once",
        "ReadResource and DiscoverResources.",
        "Queue what exceeds the connection pool, and refuse nothing");

    public static Rule Lifeline { get; } = new(
        "chaos.lifeline", "protocol: The end", Must, Full,
        "ends when its stdin does",
        "stdin is closed: the host is gone.",
        "Read stdin in the background, and exit at its end");

    public static Rule Terminates { get; } = new(
        "chaos.terminate", "protocol: The end", Should, Certified,
        "ends on SIGTERM",
        "The signal, and 5 s.",
        "Leave the signal at its default, or stop serving when it comes");

    public static Rule Killed { get; } = new(
        "chaos.kill", "3.2", Must, Full,
        "leaves behind what another process of it can bring to its end, when it is killed",
        "SIGKILL 1 and 25 ms into an Apply; then Apply and Plan by a new process.",
        "Change in one transaction, or so that every step finds what the ones before it left");

    public static Rule Quiet { get; } = new(
        "chaos.quiet", "12, protocol: Output", Should, Certified,
        "writes no more than a log takes",
        "What its host had to drop of its output, over all rules.",
        "Log each event once, and not each row");

    // The end.
    public static Rule CloseTwice { get; } = new(
        "close.twice", "2.5", Must, Core,
        "answers Close, a second Close, and refuses calls after it",
        "Close, Close and ReadResource, in this order.",
        "Make Close idempotent, and answer FAILED_PRECONDITION afterwards");

    public static Rule Stops { get; } = new(
        "close.stops", "protocol: The end", Must, Full,
        "ends when it is asked to, without being killed",
        "Close, Shutdown and the end of stdin; what is left after the grace is killed.",
        "Exit after Shutdown, when stdin ends and on SIGTERM, within a second");

    /// <summary>In the order in which they are reported.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        Starts, QuietStart, Lives,
        SchemaAnswers, SchemaTypes, SchemaStable, SchemaSensitive, SchemaConfig,
        ConfigureAccepts, ConfigureValidates, ConfigureAgain, NeedsConfiguration,
        Advertises, ProfileFunctions, ProfileTypes, Routes, Unadvertised, UnknownFunction,
        Envelope, SaysWhy, ErrorCode, Ping, Version,
        ReadAbsent, Creates, Reads, TypeSpelling, Discovers, CreatesAgain, Conflict, Updates, UpdatesAgain, Deletes, DeletesAgain, Restores, Purges,
        UnknownType, Validates,
        PlanOrders, PlanOnlyReads, PlanRepeats, PlanEmpty, PlanChanges, PlanCycle, PlanAction, ApplyCreates, ApplyUpdates, ApplyDeletes, ApplyAgain, ApplySummary, ApplyStale, ApplyTruth,
        StateEmpty, StateReturns, StateRefuses, StateOld, StateFollows, ValidatesState, DriftInSync, DriftSees, DriftMissing,
        Audit, BatchStops,
        TransactionRollsBack, TransactionCommits, TransactionFailure, TransactionEnds,
        MigrationPlans, MigrationDryRun, MigrationApplies, MigrationOnce, MigrationRollsBack, MigrationUnknown,
        OutboxHealth, OutboxCleanup, OutboxLoad,
        HostileJson, HostileDepth, HostileSize, HostileDuplicates, HostileTypes, Forgiving, Injection,
        SecretAnswers, SecretLogs,
        ConcurrentReads, ConcurrentChanges, Cancels, Burst, Lifeline, Terminates, Killed, Quiet,
        CloseTwice, Stops,
    ];

    /// <summary>Rules by id or by group, <c>schema</c> for all that begin with <c>schema.</c></summary>
    public static IReadOnlyList<Rule> Find(string name) =>
        [.. All.Where(r => r.Id == name || r.Id.StartsWith(name + ".", StringComparison.Ordinal))];
}
