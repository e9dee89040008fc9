using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.WrongProviders;

/// <summary>Wrong from its start to its end, and in what it says about itself.</summary>
internal static class ProcessDefects
{
    // More than a host takes of one message.
    private const int Flood = 80 << 20;

    private static int _configured;

    public static IReadOnlyList<Defect> All { get; } =
    [
        new("exits-at-start") { BeforeStart = () => Environment.Exit(3) },
        new("hangs-at-start") { BeforeStart = () => Thread.Sleep(Timeout.Infinite) },
        new("talks-before-its-handshake") { BeforeStart = () => Console.Out.WriteLine("hello") },
        new("serves-anybody") { BeforeStart = () => Environment.SetEnvironmentVariable(HandshakeEnvironment.CookieName, HandshakeEnvironment.CookieValue) },
        new("is-silent-to-people") { BeforeStart = LeaveUnlessAHostStarted },
        new("waits-for-people") { BeforeStart = WaitUnlessAHostStarted },
        new("hangs-up-on-slow-readers") { InsteadOfServing = () => Relay.RunAsync("hangs-up-on-slow-readers") },
        new("serves-one-host-at-a-time") { InsteadOfServing = () => Relay.RunAsync("serves-one-host-at-a-time") },
        new("stays") { AfterEnd = Stay },
        new("schema-has-no-version") { Schema = (schema, _) => With(schema, "version", "") },
        new("schema-changes") { Schema = (schema, asked) => asked > 1 ? With(schema, "description", $"asked {asked} times") : schema },
        new("schema-names-a-type-twice") { Schema = (schema, _) => Types(schema, types => types.Add(types[0]!.DeepClone())) },
        new("schema-invents-an-attribute-type") { Schema = (schema, _) => Types(schema, types => types[0]!["config_schema"]!["attributes"]!["name"]!["type"] = "varchar") },
        new("schema-has-a-broken-regex") { Schema = (schema, _) => Types(schema, types => types[0]!["config_schema"]!["attributes"]!["name"]!["validators"] = new JsonArray(new JsonObject { ["type"] = "regex", ["value"] = "[a-" })) },
        new("schema-shows-passwords") { Schema = (schema, _) => Attribute(schema, "password", false) },
        new("schema-hides-its-configuration") { Schema = (schema, _) => With(schema, "config_schema", null) },
        new("discovery-is-not-advertised") { Schema = (schema, _) => Functions(schema, all => all.Remove(FunctionNames.DiscoverResources)) },
        new("advertises-what-it-does-not-have") { Schema = (schema, _) => Functions(schema, all => all.Add("Frobnicate")) },
        new("has-what-it-does-not-advertise") { Schema = (schema, _) => Functions(schema, all => all.Remove(FunctionNames.GetAuditLog)) },
        new("unknown-functions-succeed") { Function = (function, _, next, _) => function == "Frobnicate" ? Task.FromResult(Bend.Success) : next() },
        new("unknown-functions-are-bugs") { Function = async (function, _, next, _) => function == "Frobnicate" ? throw Bend.Bug("no such case") : await next() },
        new("function-names-are-folded") { Function = (function, _, next, _) => function == "createresource" ? next(FunctionNames.CreateResource) : next() },
        new("answers-without-success") { Function = Bend.Answer(FunctionNames.Ping, answer => answer.Remove("success")) },
        new("answers-with-a-list") { Function = (function, _, next, _) => function == FunctionNames.Ping ? Task.FromResult("[]") : next() },
        new("answers-with-half-an-object") { Function = (function, _, next, _) => function == FunctionNames.Ping ? Task.FromResult("{\"success\":tr") : next() },
        new("answers-with-a-flood") { Function = (function, _, next, _) => function == FunctionNames.Ping ? Task.FromResult($"{{\"success\":true,\"latency_ms\":1,\"more\":\"{new string('x', Flood)}\"}}") : next() },
        new("refuses-without-a-word") { Function = Bend.Refusals(Silence) },
        new("invents-error-codes") { Function = Bend.Refusals(answer => answer["code"] = "E42") },
        new("ping-is-blind") { Function = (function, _, next, _) => function == FunctionNames.Ping ? Task.FromResult("""{"success":true,"latency_ms":1}""") : next() },
        new("ping-has-no-latency") { Function = Bend.Answer(FunctionNames.Ping, answer => answer.Remove("latency_ms")) },
        new("version-differs") { Function = Bend.Answer(FunctionNames.Version, answer => answer["version"] = "9.9.9") },
        new("accepts-every-configuration") { Configure = async (_, next) => await next() with { Success = true, Error = null, Code = null, Diagnostics = null } },
        new("refuses-a-second-configuration") { Configure = (_, next) => Interlocked.Increment(ref _configured) > 1 ? Task.FromResult(new Envelope { Error = "configured already", Code = "STATE_ERROR" }) : next() },
        new("dies-of-a-wrong-configuration") { Configure = DieUnlessSound },
        new("configure-is-buggy") { Configure = (_, _) => throw Bend.Bug("object reference not set") },
        new("close-fails-twice") { Close = times => times == 2 ? new() { Error = "already closed", Code = "STATE_ERROR" } : null },
    ];

    internal static JsonObject Attribute(JsonObject schema, string name, bool sensitive)
    {
        schema["config_schema"]!["attributes"]![name] = new JsonObject { ["type"] = "string", ["description"] = "of the user", ["sensitive"] = sensitive };
        return schema;
    }

    private static JsonObject With(JsonObject value, string name, JsonNode? member)
    {
        value[name] = member;
        return value;
    }

    private static JsonObject Types(JsonObject schema, Action<JsonArray> change)
    {
        change((JsonArray)schema["resource_types"]!);
        return schema;
    }

    private static JsonObject Functions(JsonObject schema, Action<List<string>> change)
    {
        var functions = schema["supported_functions"]!.AsArray().Select(f => (string)f!).ToList();
        change(functions);
        return With(schema, "supported_functions", new JsonArray([.. functions.Select(f => (JsonNode)f)]));
    }

    private static void Silence(JsonObject answer)
    {
        answer["error"] = "";
        answer.Remove("diagnostics");
    }

    private static async Task<Envelope> DieUnlessSound(JsonObject config, Func<Task<Envelope>> next)
    {
        var answer = await next();
        if (!answer.Success)
        {
            Environment.Exit(7);
        }

        return answer;
    }

    private static bool HasCookie => Environment.GetEnvironmentVariable(HandshakeEnvironment.CookieName) is not null;

    private static void LeaveUnlessAHostStarted()
    {
        if (!HasCookie)
        {
            Environment.Exit(0);
        }
    }

    private static void WaitUnlessAHostStarted()
    {
        if (!HasCookie)
        {
            Thread.Sleep(Timeout.Infinite);
        }
    }

    private static void Stay()
    {
        using var deaf = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        Thread.Sleep(Timeout.Infinite);
    }
}
