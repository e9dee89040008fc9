using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol.Schema;

namespace Kolumn.Compliance.Checks;

/// <summary>Whether what the provider says about itself makes sense.</summary>
internal static class SchemaChecks
{
    private const int DeepestAttribute = 16;

    private static readonly string[] Types = [AttributeTypes.String, AttributeTypes.Int, AttributeTypes.Number, AttributeTypes.Bool, AttributeTypes.List, AttributeTypes.Map, AttributeTypes.Object, AttributeTypes.Any];

    /// <summary>Comes before every other check: they go by what it finds.</summary>
    public static async Task ReadAsync(Examination examination, CancellationToken cancellationToken)
    {
        var probe = await examination.StartAsync(cancellationToken);
        examination.HandOn(probe);
        var answer = await probe.SchemaAsync(cancellationToken);
        examination.Expect(examination.Witness.Noise == 0, RuleTable.QuietStart, "", $"{examination.Witness.Noise} lines came before the handshake", null);
        if (!examination.Expect(FaultOf(answer) is null, RuleTable.SchemaAnswers, "", FaultOf(answer) ?? "", answer))
        {
            throw new OutOfReachException("there is no schema");
        }

        var facts = new ProviderFacts(answer.Body!);
        examination.Facts = facts;
        if (examination.Options.Config is { } config)
        {
            var attributes = TypeFacts.AttributesOf(facts.Schema.Object("config_schema"));
            examination.Secrets.Learn(config, name => attributes.GetValueOrDefault(name).Flag("sensitive") == true);
        }

        await examination.LearnAssistanceAsync(probe, cancellationToken);
        var again = await probe.SchemaAsync(cancellationToken);
        examination.Expect(Json.Same(answer.Body, again.Body), RuleTable.SchemaStable, "", "The second answer differs from the first", again);
    }

    public static async Task CompareConfiguredAsync(Examination examination, CancellationToken cancellationToken)
    {
        var probe = await examination.ProbeAsync(cancellationToken);
        examination.Pass(RuleTable.ConfigureAccepts);
        var answer = await probe.SchemaAsync(cancellationToken);
        examination.Expect(Json.Same(examination.Facts.Schema, answer.Body), RuleTable.SchemaStable, "", "After Configure it differs from what it was before", answer);
    }

    public static Task InspectAsync(Examination examination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var schema = examination.Facts.Schema;
        examination.Expect(schema.Object("config_schema") is not null, RuleTable.SchemaConfig, "", "config_schema is missing", null);
        InspectSensitive(examination, "config_schema", schema.Object("config_schema"));
        foreach (var duplicate in schema.List("resource_types").GroupBy(t => t.Text("name")).Where(g => g.Count() > 1))
        {
            examination.Fail(RuleTable.SchemaTypes, duplicate.Key ?? "", $"The type occurs {duplicate.Count()} times", null);
        }

        foreach (var type in schema.List("resource_types"))
        {
            var name = type.Text("name") ?? "";
            var faults = FaultsOf(type).Take(20).ToList();
            examination.Expect(faults.Count == 0, RuleTable.SchemaTypes, name, string.Join("; ", faults), null);
            InspectSensitive(examination, name, type.Object("config_schema"));
        }

        examination.Pass(RuleTable.SchemaTypes);
        return Task.CompletedTask;
    }

    private static void InspectSensitive(Examination examination, string subject, JsonObject? schema)
    {
        var open = TypeFacts.AttributesOf(schema)
            .Where(a => a.Value.Text("type") == AttributeTypes.String && Secrets.IsNamed(a.Key) && a.Value.Flag("sensitive") != true)
            .Select(a => a.Key).ToList();
        examination.Expect(open.Count == 0, RuleTable.SchemaSensitive, subject, $"Not sensitive: {string.Join(", ", open)}", null);
    }

    private static string? FaultOf(Answer answer) =>
        answer.Kind != AnswerKind.Answered ? answer.Outcome
        : string.IsNullOrWhiteSpace(answer.Body.Text("name")) ? "It has no name"
        : string.IsNullOrWhiteSpace(answer.Body.Text("version")) ? "It has no version"
        : answer.Body.At("resource_types") is not (JsonArray or null) ? "resource_types is not a list"
        : null;

    private static IEnumerable<string> FaultsOf(JsonNode? type)
    {
        if (string.IsNullOrWhiteSpace(type.Text("name")))
        {
            yield return "a type has no name";
        }

        foreach (var member in (string[])["config_schema", "state_schema"])
        {
            if (type.Object(member) is not { } schema)
            {
                yield return $"{member} is missing";
                continue;
            }

            foreach (var fault in FaultsOf(schema.Object("attributes"), member, 0))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> FaultsOf(JsonObject? attributes, string place, int depth) =>
        (attributes ?? []).SelectMany(a => FaultsOf(a.Value, $"{place}.{a.Key}", depth));

    private static IEnumerable<string> FaultsOf(JsonNode? attribute, string place, int depth)
    {
        if (depth > DeepestAttribute)
        {
            return [$"{place} is nested deeper than {DeepestAttribute} levels"];
        }

        var faults = new List<string>();
        if (!Types.Contains(AttributeTypes.Fold(attribute.Text("type") ?? "")))
        {
            faults.Add($"{place} is of the type \"{attribute.Text("type")}\", which does not exist");
        }

        faults.AddRange(attribute.List("validators").Select(v => FaultOfValidator(v)).Where(f => f is not null).Select(f => $"{place}: {f}"));
        if (attribute.At("elem") is { } element)
        {
            faults.AddRange(FaultsOf(element, $"{place}[]", depth + 1));
        }

        faults.AddRange(FaultsOf(attribute.Object("attributes"), place, depth + 1));
        return faults;
    }

    private static string? FaultOfValidator(JsonNode? validator)
    {
        switch (validator.Text("type"))
        {
            case "regex":
                return IsRegex(validator.Text("value")) ? null : $"\"{validator.Text("value")}\" is no regular expression";
            case "enum":
                return validator.List("value").Count > 0 ? null : "an enum without values";
            case "range" or "length":
                return validator.Number("min") is null && validator.Object("value") is { } bounds && (bounds.Number("min") ?? bounds.Number("max")) is not null
                    && (bounds.Number("min") ?? decimal.MinValue) <= (bounds.Number("max") ?? decimal.MaxValue)
                    ? null
                    : $"a {validator.Text("type")} without {{min, max}}";
            default:
                return $"the validator \"{validator.Text("type")}\" does not exist";
        }
    }

    private static bool IsRegex(string? pattern)
    {
        try
        {
            _ = new Regex(pattern ?? "[", RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception invalid) when (invalid is ArgumentException or NotSupportedException)
        {
            // Look-arounds and back references are beyond it, and beyond Go's engine.
            return false;
        }
    }
}
