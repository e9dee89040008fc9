using static Kolumn.Compliance.Rules.ComplianceLevel;
using static Kolumn.Compliance.Rules.Requirement;

namespace Kolumn.Compliance.Rules;

// About bad input, secrets, crowds and a host that is no friend.
public static partial class RuleTable
{
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

    public static Rule Deadlines { get; } = new(
        "concurrent.deadline", "2.4, protocol: Deadlines, crashes and what is sent again", Must, Full,
        "can go on after calls whose deadline has passed",
        "CreateResource and DiscoverResources with deadlines of 1 to 50 ms on the wire, then CreateResource again without one.",
        "Let go of what a call holds when its deadline ends it, as when it is called off: locks, transactions, connections of a pool");

    public static Rule Burst { get; } = new(
        "chaos.burst", "2.4", Should, Certified,
        "answers 200 calls at once",
        "ReadResource and DiscoverResources.",
        "Queue what exceeds the connection pool, and refuse nothing");

    public static Rule Slow { get; } = new(
        "chaos.slow", "2.4, protocol: While it serves", Must, Full,
        "waits for a host that takes its answers slowly, and answers others meanwhile",
        "200 answers to Schema that nobody reads for a second, on a connection of their own, and ReadResource on another one.",
        "Send each connection's answers as it takes them, without a limit of time of your own and without holding a lock");

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
}
