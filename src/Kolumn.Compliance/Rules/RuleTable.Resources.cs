using static Kolumn.Compliance.Rules.ComplianceLevel;
using static Kolumn.Compliance.Rules.Requirement;

namespace Kolumn.Compliance.Rules;

// About resources, one at a time and planned together.
public static partial class RuleTable
{
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
}
