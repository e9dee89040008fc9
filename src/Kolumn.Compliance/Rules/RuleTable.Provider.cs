using static Kolumn.Compliance.Rules.ComplianceLevel;
using static Kolumn.Compliance.Rules.Requirement;

namespace Kolumn.Compliance.Rules;

// About the process, what it says of itself, and how it answers.
public static partial class RuleTable
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

    public static Rule Alone { get; } = new(
        "launch.alone", "protocol: What the provider is given", Must, Full,
        "says what it is and ends, when a person starts it",
        "It is launched without `KOLUMN_PLUGIN`: it has to end by itself, with an exit code other than 0, with words on stderr and without a handshake line.",
        "Look for the cookie before anything else: without it write on stderr what this program is, and exit with 1");

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
}
