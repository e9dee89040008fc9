using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>Requests that no honest host sends, and some that an honest one of another language does.</summary>
internal static class HostileChecks
{
    private const int Depth = 10_000;
    private const int Size = 4 * 1024 * 1024;

    private static readonly (string What, byte[] Bytes)[] Malformed =
    [
        ("half an object", "{\"resource_type\":"u8.ToArray()),
        ("a list", "[]"u8.ToArray()),
        ("a number", "12"u8.ToArray()),
        ("null", "null"u8.ToArray()),
        ("no UTF-8", [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]),
        ("NUL bytes", [0, 0, 0, 0]),
        ("a text of something else", "<xml/>"u8.ToArray()),
        ("an object after an object", "{}{}"u8.ToArray()),
    ];

    // What ends a text, a name or a parenthesis in one of the dialects, and then destroys.
    private static readonly string[] Injections = ["x'; DROP TABLE {0}; --", "x\"; DROP TABLE {0}; --", "x`; DROP TABLE {0}; --", "x]; DROP TABLE {0}; --", "x); DROP TABLE {0}; --"];

    public static async Task MalformedAsync(Examination examination, CancellationToken cancellationToken)
    {
        foreach (var function in ((string[])[FunctionNames.ReadResource, FunctionNames.CreateResource, FunctionNames.Plan]).Where(examination.Facts.Has))
        {
            foreach (var (what, bytes) in Malformed)
            {
                var probe = await examination.ProbeAsync(cancellationToken);
                var answer = await probe.CallAsync(function, bytes, cancellationToken);
                if (!examination.Expect(answer.Refused || answer.Kind == AnswerKind.InvalidRequest, RuleTable.HostileJson, function, $"With {what} for a request, {answer.Outcome}", answer))
                {
                    break;
                }
            }
        }

        await using var fresh = await examination.StartAsync(cancellationToken);
        var config = await fresh.ConfigureAsync("[1,"u8.ToArray(), cancellationToken);
        examination.Expect(config.Refused || config.Kind == AnswerKind.InvalidRequest, RuleTable.HostileJson, "Configure", $"With half a list for a configuration, {config.Outcome}", config);
    }

    public static async Task OversizedAsync(Examination examination, CancellationToken cancellationToken)
    {
        var type = examination.Facts.Types is [var first, ..] ? first.FullName : "thing";
        var deep = Encoding.UTF8.GetBytes($"{{\"resource_type\":\"{type}\",\"name\":\"x\",\"state\":{Repeat("{\"a\":", Depth)}1{new string('}', Depth)}}}");
        var nested = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.ReadResource, deep, cancellationToken);
        examination.Expect(
            nested.Kind is AnswerKind.Answered or AnswerKind.InvalidRequest or AnswerKind.TooLarge, RuleTable.HostileDepth, "", $"With {Depth} levels of nesting, {nested.Outcome}", nested);

        var large = new JsonObject { ["resource_type"] = type, ["name"] = new string('x', Size) };
        var answer = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.ReadResource, large, cancellationToken);
        var after = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.ReadResource, new JsonObject { ["resource_type"] = type, ["name"] = "x" }, cancellationToken);
        examination.Expect(
            answer.Kind is AnswerKind.Answered or AnswerKind.InvalidRequest or AnswerKind.TooLarge && after.Kind == AnswerKind.Answered,
            RuleTable.HostileSize, "", answer.Kind is AnswerKind.Defect or AnswerKind.Nonsense || !answer.Survived ? $"With a name of {Size} bytes, {answer.Outcome}" : $"After a name of {Size} bytes, {after.Outcome}", answer);
    }

    public static async Task ForgivingAsync(Examination examination, CancellationToken cancellationToken)
    {
        var type = examination.Facts.Types is [var first, ..] ? first.FullName : "thing";
        var read = Encoding.UTF8.GetBytes($"{{\"resource_type\":\"{type}\",\"name\":\"kv_nothing\",\"state\":null,\"transaction_id\":null,\"from_a_later_version\":{{\"a\":[1]}}}}");
        var extra = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.ReadResource, read, cancellationToken);
        examination.Expect(extra.Succeeded, RuleTable.Forgiving, FunctionNames.ReadResource, $"With a member that it does not know, and null for absent ones, {extra.Outcome}", extra);
        var discover = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.DiscoverResources, new JsonObject { ["resource_type"] = type, ["filters"] = null }, cancellationToken);
        examination.Expect(discover.Succeeded, RuleTable.Forgiving, FunctionNames.DiscoverResources, $"With null for filters, {discover.Outcome}", discover);
        if (examination.Facts.Has(FunctionNames.Plan))
        {
            var plan = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.Plan, new JsonObject { ["resources"] = null }, cancellationToken);
            examination.Expect(plan.Succeeded, RuleTable.Forgiving, FunctionNames.Plan, $"With null for resources, as Go writes an empty list, {plan.Outcome}", plan);
        }

        var twice = Encoding.UTF8.GetBytes($"{{\"resource_type\":\"{type}\",\"name\":\"kv_nothing\",\"name\":\"kv_nothing\"}}");
        var duplicate = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.ReadResource, twice, cancellationToken);
        examination.Expect(duplicate.Refused || duplicate.Kind == AnswerKind.InvalidRequest, RuleTable.HostileDuplicates, "", $"With a name that occurs twice, {duplicate.Outcome}", duplicate);

        foreach (var (what, request) in ((string, JsonObject)[])
        [
            ("a number for the type", new JsonObject { ["resource_type"] = 12, ["name"] = "x" }),
            ("an object for the name", new JsonObject { ["resource_type"] = type, ["name"] = new JsonObject() }),
            ("a list for the configuration", new JsonObject { ["resource_type"] = type, ["name"] = "x", ["config"] = new JsonArray() }),
        ])
        {
            var answer = await (await examination.ProbeAsync(cancellationToken)).CallAsync(FunctionNames.CreateResource, request, cancellationToken);
            examination.Expect(answer.Refused || answer.Kind == AnswerKind.InvalidRequest, RuleTable.HostileTypes, what, answer.Outcome, answer);
        }
    }

    /// <summary>Every text of every configuration becomes a statement that destroys something which has to be there afterwards.</summary>
    public static async Task InjectAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rule = RuleTable.Injection;
        var canaryType = examination.SimpleTypes().FirstOrDefault(t => t.Name == "table") ?? examination.SimpleType();
        var canary = examination.Specimens.Make(examination.Facts, canaryType);
        var probe = await examination.HostedAsync(cancellationToken);
        var created = await probe.CreateAsync(canary, cancellationToken);
        try
        {
            foreach (var type in examination.ViableTypes())
            {
                var specimen = examination.Specimens.Make(examination.Facts, type);
                probe = await examination.HostedAsync(cancellationToken);
                try
                {
                    foreach (var required in specimen.Requires)
                    {
                        await probe.CreateAsync(required, cancellationToken);
                    }

                    var bad = await InjectAsync(probe, specimen, canary, cancellationToken);
                    var survives = await (await examination.HostedAsync(cancellationToken)).ExistsAsync(canary, created.Body.Object("state"), cancellationToken);
                    examination.Expect(
                        bad is null && survives == true, rule, type.Name, survives == true ? bad?.Outcome ?? "" : $"{canary.PhysicalName}, which the texts said to drop, is gone", bad);
                }
                finally
                {
                    await (await examination.HostedAsync(cancellationToken)).RemoveAsync(specimen, cancellationToken);
                }
            }
        }
        finally
        {
            await (await examination.HostedAsync(cancellationToken)).RemoveAsync(canary, cancellationToken);
        }
    }

    /// <returns>The first answer that is neither a success nor a refusal.</returns>
    private static async Task<Answer?> InjectAsync(Probe probe, Specimen specimen, Specimen canary, CancellationToken cancellationToken)
    {
        var texts = Json.AllTexts(specimen.Config).Count();
        for (var place = 0; place < texts; place++)
        {
            foreach (var injection in Injections)
            {
                var index = 0;
                var payload = injection.Replace("{0}", canary.PhysicalName, StringComparison.Ordinal);
                var config = (JsonObject)Json.MapTexts(specimen.Config, text => index++ == place ? payload : text)!;
                var answer = await probe.CreateAsync(specimen, cancellationToken, config);
                if (answer.Kind != AnswerKind.Answered)
                {
                    return answer;
                }

                if (answer.Succeeded)
                {
                    await probe.DeleteAsync(specimen, answer.Body.Object("state"), force: true, cancellationToken);
                }
            }
        }

        return null;
    }

    private static string Repeat(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();
}
